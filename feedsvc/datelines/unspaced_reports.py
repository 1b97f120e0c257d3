"""Read the datelines of an unspaced script that print no day: ``〔記者X／台北報導〕``, ``本报讯``, ``【明報專訊】``."""

from __future__ import annotations

import re

from feedsvc.datelines.agencies import place_between
from feedsvc.datelines.unspaced_parts import (
    AFTER,
    LONGEST_MIDDLE,
    Glued,
    Line,
    last_agency,
    may_precede,
    read_number,
    read_places_before,
    reporter_after,
    reporter_in,
    tag_of,
)
from feedsvc.datelines.word_tables import Agency
from feedsvc.model.dates import Place

_NAME = re.compile("[ ]?(?P<name>[\u3400-\u9fff]{2,4})")
_CITY = re.compile("[ ](?P<place>[\u3400-\u9fff]{2,6})(?=[ ]|$|\n)")
_STAMP = re.compile(r"[ ]([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})(?:[ ]([0-9]{2}:[0-9]{2})(?::[0-9]{2})?)?[ ]")


def read_desk(line: Line, text: str, opening: int) -> Glued | None:
    """Return the dateline of a desk at *opening* of *text*, the start of *line*; None when there is none."""
    if text[opening : opening + 2] not in line.tables.glued_by_start:
        return None
    signed = last_agency(text, opening, len(text), line.tables)
    if signed is None or signed[1] != opening:
        return None
    agency, _, after = signed
    stamp = _STAMP.match(text, after)
    title = line.patterns.titles.match(text, stamp.end() if stamp else after)
    name = _NAME.match(text, title.end()) if title else None
    if name is None:
        return None
    found = Glued(
        start=line.start + opening,
        end=line.start + name.end(),
        tag=tag_of(agency),
        agency=agency,
        reporter=name["name"],
    )
    if stamp is None:
        city = _CITY.match(text, name.end())
        places, first = read_places_before(city["place"], 0, line.tables) if city else ((), 1)
        return found._replace(places=places, end=line.start + city.end()) if city and places and first == 0 else None
    year, month, day = map(int, stamp.groups()[:3])
    report = line.patterns.reports.match(text, name.end() + (text[name.end() : name.end() + 1] == " "))
    if report is None or not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
        return None
    return found._replace(year=year, month=month, day=day, time=stamp[4], end=line.start + report.end())


_REACH = 72
_LONGEST_KIND = 4
_LAST_DAY = 31
_LAST_MONTH = 12
_SHORT_MARKS = "电電讯訊"
_HAN = "\u3400-\u9fff"
_CREDITED = re.compile(
    rf"(?:(?P<paper>[{_HAN}]{{2,10}})?(?P<open> ?\[))?(?P<names>[{_HAN}、·]{{2,16}}) ?/ ?(?P<place>[{_HAN}、]{{2,12}})"
)
_GATHERED = re.compile(
    rf"[(\[](?P<name>[{_HAN}]{{2,4}}) ?/ ?[綜综]合(?:外[電电])?[報报][導导道][)\]]"
)  # （林文彬／綜合外電報導）
_DESK = re.compile(rf"[{_HAN}]{{2,6}}(?:頻道|频道|中心|組|组|新聞|新闻)/")  # 〔財經頻道／綜合報導〕
_SOURCE = re.compile(rf"[来來]源 ?: ?(?P<paper>[{_HAN}]{{2,10}}[报報网網社])本[报報网網社]")
_STATIONED = re.compile("^[驻駐][\u3400-\u9fff]{1,6}?(?=[特记記])")
_NAMED = re.compile("[ /](?P<name>[\u3400-\u9fff]{2,4})")
_PAPER = re.compile(r"[\u3400-\u9fff]{1,8}(?:[报報网網社]|在线|在線)")
_PROGRAMME = re.compile("[(][\u3400-\u9fff]{2,8}[)]:")  # 央视网消息(新闻联播)：
_CLOSING = {"[": "]", "(": ")"}


def read_undated(line: Line) -> Glued | None:
    """Return the dateline without a day at the start of a line, None when there is none."""
    text = line.head[line.start : min(line.end, line.start + _REACH)]
    opening = len(text) - len(text.lstrip("[( "))
    bracket = text[:opening].strip(" ")[-1:]
    desk = read_desk(line, text, opening)
    if desk:
        return desk
    if not line.patterns.signs.search(text, opening):
        return _tag_line(line, text, opening) if bracket else None
    report = _report(line, text, opening)
    if report:
        found = _credited_line(line, text, opening, report) or _report_line(line, text, opening, bracket, report)
        if found:
            return found
    for match in line.patterns.undated.finditer(text, opening):
        if match.start() - opening > LONGEST_MIDDLE:
            break
        found = _signature_line(line, text, opening, bracket, match)
        if found:
            return found
    return _tag_line(line, text, opening) if bracket else None


def _report(line: Line, text: str, opening: int) -> re.Match[str] | None:
    """Return the mark of a report, the one in a paper's own name ("21世纪经济报道") not counted."""
    for match in line.patterns.reports.finditer(text, opening):
        name = last_agency(text, opening, match.end(), line.tables)
        if name is None or name[2] < match.end():
            return match
    return None


def _tag_line(line: Line, text: str, opening: int) -> Glued | None:
    """Read "【新华社微特稿】", an agency and the kind of its copy in brackets, and "[環球時報 特約記者 李明]"."""
    closing = text.find("]", opening)
    name = last_agency(text[:closing], opening, closing, line.tables) if closing > 0 else None
    if name is None or (name[1] != opening and text[opening : name[1]] != "文/"):
        return None
    behind = text[name[2] : closing]
    reporter = reporter_in(behind, line.patterns)
    named = _NAMED.fullmatch(behind)
    if reporter is None and named and named["name"] not in line.tables.openers:
        reporter = named["name"]
    elif not line.patterns.titles.match(_STATIONED.sub("", behind.strip(" "))):
        reporter = None
    if reporter:
        end = line.start + closing + 1
        return Glued(start=line.start, end=end, tag=tag_of(name[0]), agency=name[0], reporter=reporter)
    if closing - name[2] > _LONGEST_KIND or text[name[2] - 1] != "社":
        return None
    if any(char in text[name[2] : closing] for char in "报報记記评評"):
        return None
    return Glued(start=line.start, end=line.start + closing + 1, tag=tag_of(name[0]), agency=name[0])


def _report_line(line: Line, text: str, opening: int, bracket: str, report: re.Match[str]) -> Glued | None:
    """Read "〔記者X／台北報導〕", "[环球网报道 记者 X]", "本报记者 张三 北京报道"."""
    before = text[opening : report.start()].rstrip(" ")
    if any(sign in before for sign in "。?!;,:") or len(before) > 2 * LONGEST_MIDDLE:
        return None
    title = line.patterns.titles.search(before)
    name = last_agency(before, 0, len(before), line.tables)
    closing = text.find(_CLOSING[bracket], report.end()) if bracket else report.end() - 1
    if closing < 0:
        return None
    if not bracket and "(" in before and text[report.end() : report.end() + 1] == ")":
        closing += 1
    start, end = line.start + (0 if bracket else opening), line.start + closing + 1
    if title is None and bracket and name and (name[1], name[2]) == (0, len(before)):
        reporter = reporter_in(text[report.end() : closing], line.patterns)
        return Glued(start=start, end=end, tag=tag_of(name[0]), agency=name[0], reporter=reporter)
    lead = before[: title.start()].strip(" /") if title else ""
    medium = bracket and line.patterns.medium.fullmatch(lead) and not line.patterns.house.match(lead)
    if title is None or (lead and not medium and not (name and name[1] == 0)):
        return None
    places, place_start = read_places_before(before, title.end(), line.tables)
    names = before[title.end() : place_start] if places else before[title.end() :].rpartition("/")[0]
    unlisted = place_between(before.rpartition("/")[2]) if bracket and names and not places else None
    places = (unlisted,) if unlisted else places
    if (not bracket and not places) or any(char.isdigit() for char in names):
        return None
    own = name[0] if name and name[1] < title.start() else None
    if medium and own is None:
        own = Agency(name=lead, known=False, tag="zh")
    agency = own or (line.paper if line.patterns.house.match(before) else None)
    reporter = names.strip(" /:、") or None
    return Glued(start=start, end=end, tag=tag_of(agency), places=places, agency=agency, reporter=reporter)


def _credited_line(line: Line, text: str, opening: int, report: re.Match[str]) -> Glued | None:
    """Read "【李明／台北報導】" and "某報【李明／台北報導】": no title, but a name, a known place and brackets."""
    before = text[opening : report.start()].rstrip(" ")
    if opening and _DESK.fullmatch(before) and text[report.end() : report.end() + 1] in ("]", ")"):
        return Glued(start=line.start, end=line.start + report.end() + 1, tag="zh")
    gathered = _GATHERED.match(text) if opening else None
    if gathered and gathered["name"] not in line.tables.openers:
        end = line.start + gathered.end()
        return Glued(start=line.start, end=end, tag="zh", reporter=gathered["name"])
    credited = _CREDITED.fullmatch(before)
    if credited is None or line.patterns.titles.search(before):
        return None
    places, place_start = read_places_before(credited["place"], 0, line.tables)
    agency = line.tables.glued.get(credited["paper"]) if credited["paper"] else None
    bracketed = bool(credited["open"]) or text[:opening].strip(" ") == "["
    unsigned = credited["paper"] is not None and agency is None
    if not places or place_start or unsigned or not bracketed or text[report.end() : report.end() + 1] != "]":
        return None
    start = line.start if credited["open"] is None else line.start + opening
    return Glued(
        start=start,
        end=line.start + report.end() + 1,
        tag=tag_of(agency),
        places=places,
        agency=agency,
        reporter=credited["names"],
    )


def _signature_line(line: Line, text: str, opening: int, bracket: str, match: re.Match[str]) -> Glued | None:
    """Read "本报讯", "南方日报讯 （记者/X）", "【明報專訊】", "据香港中通社消息：", "讯 北京时间8月7日消息"."""
    following = match["next"]
    short = match["mark"] in _SHORT_MARKS
    told = match["mark"] == "消息" and (
        following == " " or _PROGRAMME.match(text, match.end("mark"))
    )  # 和讯网消息 3月4日
    listed = told and text[opening : match.start("mark")] in line.tables.glued
    if following is None or not (short or listed or following == ":" or (bracket and following in "])")):
        titled = following == "(" and line.patterns.titles.match(text, match.end("mark") + 1)
        if not (titled or (following is None and _runs_on(line, text, opening, match))):
            return None
    before = text[opening : match.start("mark")]
    if last_agency(before, 0, len(before), line.tables) is None and not line.patterns.medium.fullmatch(before):
        before = text[opening : match.start()]
    signed = _signature(line, before, bracket, following if short else ":")
    if signed is None:
        return None
    agency, places, first = signed
    start, stop = line.start + opening + first, line.start + match.end("mark")
    if bracket:
        closing = line.head.find(_CLOSING[bracket], stop, min(line.end, stop + AFTER))
        if closing < 0:
            return None
        start, stop = line.start, closing + 1
    reporter, stop, _ = reporter_after(line, stop)
    found = Glued(start=start, end=stop, tag=tag_of(agency), places=places, agency=agency, reporter=reporter)
    return _with_named_clock(line, found if places else _reported_from(line, found))


def _runs_on(line: Line, text: str, opening: int, match: re.Match[str]) -> bool:
    """Return whether a paper or agency signs with "讯" or "电", and the body starts at once: "本报讯昨天中午"."""
    before, after = text[opening : match.start()], text[match.end("mark") : match.end("mark") + 1]
    if match["mark"] not in _SHORT_MARKS or not after or line.patterns.compound.match(after):
        return False
    name = last_agency(before, 0, len(before), line.tables)
    listed = name is not None and name[2] == len(before) and before[: name[1]].strip(" ") in ("", "据", "據")
    if match["mark"] in "电電":
        return listed
    places, first = read_places_before(before, 0, line.tables)
    own = before[:first] if places else before
    return listed or line.patterns.house.fullmatch(own) is not None or _PAPER.fullmatch(own) is not None


def _reported_from(line: Line, found: Glued) -> Glued:
    """Add the city of "某報訊（記者 李明 北京報道）" and "【某報訊】記者李明北京報道："."""
    if found.reporter:
        reporter, stop = found.reporter, found.end
    else:
        after = line.head[found.end : min(line.end, found.end + AFTER)]
        title = line.patterns.titles.match(after, after[:1] == " ")
        report = line.patterns.reports.search(after, title.end()) if title else None
        if title is None or report is None:
            return found
        reporter, stop = after[title.end() : report.end()], found.end + report.end()
    report = line.patterns.reports.search(reporter)
    if report is None or report.end() < len(reporter) or report.start() > LONGEST_MIDDLE:
        return found
    before = reporter[: report.start()].rstrip(" ")
    places, first = read_places_before(before, 2, line.tables)
    name = before[:first].strip(" /、")
    if not name or not all(char.isalpha() or char in "、 " for char in name):
        return found
    if not places and (len(name) > _LONGEST_KIND or stop == found.end):
        return found
    return found._replace(places=places, reporter=name, end=stop)


def _signature(
    line: Line, before: str, bracket: str, following: str | None
) -> tuple[Agency | None, tuple[Place, ...], int] | None:
    """Return agency, places and where the signature starts in *before*; None when *before* is something else."""
    places, place_start = read_places_before(before, 0, line.tables)
    name = last_agency(before, 0, place_start, line.tables)
    house = line.patterns.house.match(before)
    if name:
        agency, first, after = name
        middle, lead = before[after:place_start].strip(" ·/"), before[:first]
        known = line.patterns.house.fullmatch(middle) or line.patterns.titles.match(middle)
        before_name = (
            read_places_before(lead, 0, line.tables) if bracket and lead and not places and not middle else None
        )
        if before_name and before_name[0] and before_name[1] == 0:  # （伦敦路透电）
            places, lead, first = before_name[0], "", 0
        if (lead and not may_precede(lead, certain=False)) or (len(middle) > _LONGEST_KIND and not known):
            return None
        return agency, places, 0 if lead.strip(" ") in ("据", "據") else first
    if house and not _SOURCE.fullmatch(before):
        return None if before[house.end() : place_start].strip(" ") else (line.paper, places, 0)
    return _unlisted_signature(line, before, bracket, following, places, place_start)


def _unlisted_signature(
    line: Line, before: str, bracket: str, following: str | None, places: tuple[Place, ...], place_start: int
) -> tuple[Agency | None, tuple[Place, ...], int] | None:
    source = _SOURCE.fullmatch(before)
    if source:
        return Agency(name=source["paper"], known=False, tag="zh"), (), source.start("paper")
    own = before[:place_start] if places else ""
    if own and _PAPER.fullmatch(own):  # 城市晚报四平讯
        return Agency(name=own, known=False, tag="zh"), places, 0
    if following in (" ", "(", "\n", ":", None) and line.patterns.medium.fullmatch(before.rpartition("、")[2]):
        return Agency(name=before, known=False, tag="zh"), places, 0
    if places and place_start == 0 and following != ":" and (bracket or following == " "):
        return None, places, 0
    return None


def _with_named_clock(line: Line, found: Glued) -> Glued:
    """Add the day of "讯 北京时间8月7日消息", which names its own clock."""
    clock = line.patterns.clock.match(line.head, found.end, line.end)
    if clock is None:
        return found
    month, day = read_number(clock["month"]), read_number(clock["day"])
    if not month or not day or month > _LAST_MONTH or day > _LAST_DAY:
        return found
    return found._replace(month=month, day=day, zone=line.tables.zones[clock["zone"].casefold()], end=clock.end())
