"""Read names: those of people and of publishers, told from other short lines, and the bylines that they stand in.

A name is looked for only in lines between a headline and the story, where nearly everything is one. Other lines there
are left to be a headline, a standfirst or copy. These are bylines: "By Zhang Kai and Li Lei in Paris", "文/张锴",
"本报记者 张锴 李 雷", a line that is only a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedsvc.model.dates import Span
from feedsvc.model.draft import Byline, Role
from feedsvc.parsers.lines import NO_WORDS, Line, is_han, remembered, tidy

# The family names of some 98 in 100 Chinese, in both forms of writing where they differ.
_SURNAMES = """
王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭萧蕭肖蔡潘田董袁
于余叶葉蒋蔣杜苏蘇魏程吕呂丁沈任姚卢盧傅钟鐘姜崔谭譚廖范汪陆陸金石戴贾賈韦韋夏邱方侯邹鄒熊孟秦白江阎閻闫薛尹段雷黎
史龙龍陶贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戚莫孔向汤湯温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳
翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂成苗谷盛曲翁冉骆駱蓝藍路游辛靳管柴蒙鲍
鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戈岑景党黨宫宮费費卜冷晏
席卫衛米柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩鞏明佘池查麻苑迟遲邝鄺
"""
_DOUBLE_SURNAMES = """
欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 长孙
"""
# Words of which no name of a person consists, however it is capitalised.
_NO_NAME = """
a an and as at but by for from has have how in into is its not of off on or our out over that the their this to up
was we what when where who why will with your after amid against
"""
# Words by which organisations are called, people hardly.
_PUBLISHING = """
agency ap afp army association bbc broadcasting bulletin bureau business center centre channel chronicle cnn company
correspondent council courier daily department desk digest dispatch dpa editor editorial editors efe express forum
foundation gazette globe group herald independent institute international journal limited ltd magazine mail media
military ministry mirror monitor navy net network news newspaper newsroom newswire observer office online post press
publishing radio record report reporter reporters reuters review sentinel service services society staff standard
studio studios sun telegraph television times today tribune tv university upi website weekly wire writer writers
xinhua yonhap
"""
# What the names of Chinese organisations end in.
HAN_PUBLISHING = (
    "社|网|網|报|報|台|臺|通讯|通訊|在线|在線|新闻|新聞|电视|電視|广播|廣播|周刊|杂志|雜誌|编辑部|編輯部|频道|传媒"
)

# Words of the heads of tables, which are capitalised as names are: "Atlantic Division", "W L Pct GB".
_OF_TABLES = """
championship championships conference cup division fixtures glance group gp league markets pct playoffs points pool pts
results round round-up rounds roundup schedule scores standings stocks table times total totals tournament
"""
SURNAMES = frozenset("".join(_SURNAMES.split()))
DOUBLE_SURNAMES = frozenset(_DOUBLE_SURNAMES.split())
NO_NAME = frozenset(_NO_NAME.split())
OF_TABLES = frozenset(_OF_TABLES.split())
PUBLISHING = frozenset(_PUBLISHING.split())


HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_NAME = re.compile(f"[{HAN}]{{2,4}}")
FOREIGN_HAN_NAME = re.compile(f"[{HAN}A-Z.]{{1,12}}(?:[·•‧・．][{HAN}A-Z.]{{1,12}}){{1,4}}")

CAPITAL = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u024f\u0386-\u042f"
SMALL = "a-zA-Z\u00c0-\u024f\u0386-\u04ff'’\u2010\u2011-"
INITIALS = f"(?!U\\.[KNS]\\.|E\\.U\\.)(?:[{CAPITAL}]\\.){{2,4}}"
WORD = f"(?:[{CAPITAL}][{SMALL}]{{0,30}}\\.?|{INITIALS})"
PARTICLE = "(?:al|ap|bin|bint|da|de|del|della|den|der|di|dos|du|el|ibn|la|le|van|von|y|zu)"
LATIN_NAME = re.compile(f"(?:{PARTICLE} )?{WORD}(?: (?:{PARTICLE} ){{0,2}}{WORD}){{1,4}}")
# Of a person or of a firm: the comma before it parts no names.
SUFFIX = r"(?:Jr|Sr|II|III|IV|MD|M\.D|PhD|Ph\.D|Esq|MBA|Inc|Ltd|LLC|LLP|PLC|Corp|Co|GmbH|S\.A)\b"
BETWEEN_LATIN_NAMES = re.compile(
    rf"\s{{0,3}}[,;|/](?!\s{{0,3}}{SUFFIX})\s{{0,3}}(?:(?:and|&)\s{{1,3}})?"
    r"|\s{1,3}(?:and|&|und|et|y|(?-i:e|og|och|и))\s{1,3}(?!(?:Sons|Co|Company|Partners|Brothers|Bros)\b)",
    re.IGNORECASE,
)
SIGNERS = re.compile("[,/|]")
HAN_LIST = re.compile("[、,，;；]")
BETWEEN_HAN_NAMES = re.compile(r"[、,，;；&＆/／|｜]|(?<=\S)\s?[和与與及]\s?(?=\S\S)")
ALL_TIMES = re.compile(r"(?:all\s)?times\s(?:are\s)?(?:[A-Z]{2,4}|local|eastern|central)$", re.IGNORECASE)  # of a table
POST = re.compile(
    r"(?:(?:staff|senior|chief|contributing|special|sports|business|political|associate|freelance|our)\s){0,2}"
    r"(?:reporter|writer|correspondent|photographer|contributor|columnist|journalist)s?",
    re.IGNORECASE,
)
HAN_PUBLISHER = re.compile(f"[{HAN}A-Za-z0-9·.]{{0,16}}(?:{HAN_PUBLISHING})")
COMPANY = re.compile(
    r"[\w.&'’-]{1,30}(?:[ ,]{1,2}[\w.&'’()-]{1,30}){0,6}[ ,]{1,2}"
    r"(?:Inc|Ltd|Limited|LLC|LLP|PLC|plc|Corp|Corporation|Company|"
    r"Co|GmbH|SE|AG|KG|S\.?A|S\.?p\.?A|N\.?V|B\.?V|AB|Oyj?|ASA|A/S|Group|Holdings?|Berhad|Bhd|Foundation|University)\.?|"
    rf"[{HAN}A-Za-z0-9（）()]{{2,30}}(?:公司|集团|集團|大学|大學)"
)
LONGEST_HAN_PUBLISHER = 16 + max(map(len, HAN_PUBLISHING.split("|")))  # characters
LONGEST_PUBLISHER_WORDS = 10  # ministries have the longest names


def is_han_name(text: str) -> bool:
    """Return whether *text* is one person's name in Chinese characters: 张锴, "张 锴", 万吉鲁·姆巴蒂亚."""
    bare = bare_han(text)
    if FOREIGN_HAN_NAME.fullmatch(bare):
        return True
    if HAN_NAME.fullmatch(bare) is None or HAN_PUBLISHER.fullmatch(bare):
        return False
    if bare[:2] in DOUBLE_SURNAMES:
        return bare not in DOUBLE_SURNAMES
    return bare[0] in SURNAMES and (bare[3:] == "" or bare[1] in SURNAMES)  # 范徐丽泰: both families'


def is_latin_name(text: str) -> bool:
    """Return whether *text* looks like one person's name in letters: two to five capitalised words."""
    words = text.lower().split()
    return LATIN_NAME.fullmatch(text) is not None and not (NO_NAME.intersection(words) or OF_TABLES.intersection(words))


def is_publisher(text: str) -> bool:
    """Return whether *text* looks like the name of a paper, an agency, a broadcaster."""
    if len(text) <= LONGEST_HAN_PUBLISHER and not text.isascii() and HAN_PUBLISHER.fullmatch(text):
        return True
    words = text.split(None, LONGEST_PUBLISHER_WORDS)
    if not 0 < len(words) <= LONGEST_PUBLISHER_WORDS or text[-1:] in ".!?:" or ALL_TIMES.match(text):
        return False
    publishing = False
    for spelled in words:
        word = spelled.strip("'’.,").removesuffix("'s").removesuffix("’s")
        if word[:1].islower() and word not in NO_NAME:
            return False
        publishing = publishing or word.lower() in PUBLISHING
    return publishing


def is_company(text: str) -> bool:
    """Return whether *text* looks like the name of a firm: "Lantern Works, Inc.", "灯笼集团"."""
    return len(text) <= LONGEST_NAME and COMPANY.fullmatch(text) is not None


def bare_han(text: str) -> str:
    """Return a Chinese name without the blank that print puts into one of two characters."""
    return "".join(text.split())


def han_names(text: str) -> tuple[str, ...]:
    """Return the names in a Chinese list: "张锴、李 雷 万吉鲁·姆巴蒂亚" names three people."""
    names: list[str] = []
    for stretch in BETWEEN_HAN_NAMES.split(text):
        single = False
        for word in stretch.split():
            if single and len(word) == 1:
                names[-1] += word
            else:
                names.append(word)
            single = len(word) == 1 and not single
    bare = (name.strip(NO_WORDS + "：:（）()[]【】") for name in names)
    return tuple(name for name in bare if name)


def latin_names(text: str) -> tuple[str, ...]:
    """Return the names in an English list: "A, B and C" names three people, "Martin King, Jr." one."""
    names = [name for name in map(tidy, BETWEEN_LATIN_NAMES.split(text)) if name]
    people = [name for name in names if POST.fullmatch(name) is None]  # "Ann Lee / Staff reporter" is one person
    return tuple(people or names)


LONGEST_LINE, LONGEST_NAME = 200, 60  # characters
MOST_NAME_WORDS = 5
LEAST_HAN, MOST_HAN = 2, 12  # characters of a Chinese name: from 张锴 to a transcribed one
BY = re.compile(
    r"(?:(?P<photographer>photos?|photographs?|pictures?|images?)\s+|(?P<translator>translated\s+)|(?P<editor>edited\s+)"
    r"|(?:text|words|story|written|reported|reporting)\s+)?by\s+(?P<names>\S.*)",
    re.IGNORECASE,
)
# The same word in other languages: behind it there are whole names, as "Von Miller" and "Van Morrison" are people.
BY_ELSEWHERE = re.compile(
    r"(?:(?:ein\s|eine\s)?(?:kommentar|analyse|bericht|interview|text|reportage)\s(?=von\s)|texte?\s(?=(?:de|par)\s))?"
    rf"(?:von|par|por|door|av|af|di)\s{{1,3}}(?P<names>(?-i:[{CAPITAL}])\S.*)",
    re.IGNORECASE,
)
STAFF = re.compile(
    r"(?:[A-Z][\w.'’]{0,20}\s+){0,3}(?:staff\s+)?(?:writers?|reporters?|correspondents?)\s+(?=[A-Z])", re.IGNORECASE
)
WHEREABOUTS = re.compile(r"\s+(?:in|at|from|for|of|reports?|reporting|with)\s.*$")
AND = re.compile(r"\s{0,3}[,;]\s{0,3}(?:(?:and|&)\s{1,3})?|\s{1,3}(?:and|&)\s{1,3}")
SMALL_WORDS = frozenset({"de", "van", "von", "der", "del", "bin", "al", "la", "di"})
ASKS = re.compile("[?!。？！]|[你您吗呢]")
MOST_NAMES, MOST_NAME_HAN = 4, 12
HOUSE = re.compile(r"(?:d[ae]|aus|in|i|en|à|em|a)\s", re.IGNORECASE)
SHORT_FORM = re.compile(r"\s\((?:[a-z]{2,5}\.?|[A-Z]{2,3})\)$")  # by which an author signs
STAFF_NAMES = frozenset({"staff", "staff reporter", "staff writer", "correspondent"})
_WORK = "(?:additional reporting|reporting|writing|written|compiled|editing|edited)"
TAIL_CREDITS = re.compile(
    rf"[(（\[](?P<all>{_WORK}\s+by\s.{{3,300}})[)）\]]|(?P<bare>{_WORK}\s+by\s.{{3,300}})", re.IGNORECASE
)
TAIL_CREDIT = re.compile(
    rf"(?P<what>{_WORK})\s+by\s+(?P<names>(?:(?![;；]|[,.]?\s{{1,3}}(?:and\s{{1,3}})?{_WORK}\s{{1,3}}by\s).){{2,200}})",
    re.IGNORECASE,
)

SLASHED = re.compile(
    r"(?P<role>撰文|文字|文|图文|图片|图|圖|摄影|攝影|摄|作者|记者|記者|编译|翻译|译|编辑)\s{0,2}[/／|｜]\s{0,2}"
)
TEXT_AND_PHOTO = re.compile(r"(?:图文|图/文|文/图|文／图|图／文|文图|文、图|图、文)\s{0,2}[/／|｜:：\s]\s{0,2}")
REPORTER = re.compile(
    rf"[□■◎●○◆◇▲△\s]{{0,3}}[{HAN}A-Za-z]{{0,12}}?(?:记者|記者|通讯员|通訊員|特派员|评论员|撰稿人)"
    r"(?P<gap>[\s:：/／]{0,4})(?P<names>\S.*)"
)
ANOTHER_REPORTER = re.compile(
    r"[\s,，、;；]{1,3}(?:本报|本网|本社|特约|实习|摄影)?(?:记者|記者|通讯员|通訊員)[\s:：]{0,2}"
)
TAKEN_BY = re.compile(r"\s?(?P<photo>摄影报道|文并摄|摄|攝)$|\s?(?:报道|報道)$")
AUTHOR: Role = "author"
NAMED_ROLES: tuple[Role, ...] = ("photographer", "translator", "editor")
ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("图片", "图", "圖", "摄影", "攝影", "摄"), "photographer"),
    **dict.fromkeys(("编译", "翻译", "译"), "translator"),
    "编辑": "editor",
}
LONGEST_FURTHER = 120  # characters
FURTHER_LATIN = re.compile(r"(?:and|with|&)\s{1,3}(?P<names>\S.*)", re.IGNORECASE)
# A blank or a title parts the names, for 和田玉 and 及时雨 would else be 田玉 and 时雨 after a word for "and".
TITLE = r"\s{0,3}(?:本报|本网|本社|特约|实习|见习)?(?:记者|記者|通讯员|通訊員|特派员)[\s:：]{0,3}"
FURTHER_HAN = re.compile(rf"[与與和及](?:{TITLE}|\s{{1,3}})(?P<names>\S.*)")
PLACE = rf"[{CAPITAL}][\w.'’-]{{1,30}}"
FROM = re.compile(rf"\s(?:reporting\s)?(?:in|at|from|IN|AT|FROM)\s{PLACE}(?:\s{PLACE}){{0,3}}$")


@remembered
def bylines_in(line: Line) -> tuple[Byline, ...]:
    """Return the credits that *line* consists of, none when it is something else."""
    if len(line.text) > LONGEST_LINE:
        return ()
    return _by(line) or _by_elsewhere(line) or _slashed(line) or _reporter(line)


def credits_in(line: Line) -> tuple[Byline, ...]:
    """Return the credits of a line in brackets below a story: "(Reporting by A; Editing by B)", "（记者 苏念）"."""
    found = TAIL_CREDITS.fullmatch(line.text)
    if found is None:
        return _reporter(line.part(1, -1)) if line.text[0] in "(（" and line.text[-1] in ")）" else ()
    people: list[Byline] = []
    for credit in TAIL_CREDIT.finditer(found["all"] or found["bare"]):
        role: Role = "editor" if credit["what"].lower().startswith("edit") else "author"
        parts = [WHEREABOUTS.sub("", part).rstrip(".") for part in AND.split(credit["names"])]
        names = [part for part in parts if is_latin_name(part)] or parts[:1]  # "in Lisbon and Porto" names one person
        if found["bare"] and not all(map(is_latin_name, names)):  # "Writing by hand is back"
            return ()
        people += _people(tuple(names), role, line.span)
    return tuple(people)


def people_in(line: Line, role: Role) -> tuple[Byline, ...]:
    """Return each person that the value of a labelled header names: "张锴、李雷", "Zhang Kai and Li Lei"."""
    names = han_names(TAKEN_BY.sub("", line.text)) if is_han(line.text) else latin_names(line.text.rstrip("."))
    people = tuple(name for name in names if not is_publisher(name)) or names  # "Photo: Li Lei/Harbour Wire"
    return _people(people, role, line.span)


def is_credit_value(line: Line) -> bool:
    """Return whether the text behind "Reporter:" can be names rather than a person's words.

    "Huang Panyue, Li Lei" and "zhangkai" can; "Why do you sing?" and "take note of the tide" cannot.
    """
    if ASKS.search(line.text):
        return False
    if is_han(line.text):
        names = han_names(TAKEN_BY.sub("", line.text))
        return 0 < len(names) <= 2 * MOST_NAMES and all(len(name) <= MOST_NAME_HAN for name in names)
    names = latin_names(line.text.rstrip("."))
    if not 0 < len(names) <= 2 * MOST_NAMES:
        return False
    return all(len(name.split()) <= MOST_NAME_WORDS and _is_named(name.split()) for name in names)


def name_alone(line: Line, role: Role) -> tuple[Byline, ...]:
    """Return the person, or the people, whose names are all of *line*: "张 锴", "Huang Panyue"."""
    if is_han(line.text):
        listed = tuple(bare_han(part) for part in HAN_LIST.split(line.text)[: MOST_NAMES + 1])
        return _people(listed, role, line.span) if len(listed) <= MOST_NAMES and all(map(is_han_name, listed)) else ()
    names = latin_names(line.text)  # "Clare Penrose and Tom Ardley"
    return _people(names, role, line.span) if names and all(map(is_latin_name, names)) else ()


def people_stated(line: Line) -> tuple[Byline, ...]:
    """Return each person whom the value of a page's or a file's own field names, with what else stands behind names.

    "Ines Duarte und Jan Berg, Lissabon", "Jan Berg, MA" and "Eva Lind (eli)" name people; "Quay News" names none.
    """
    listed = [SHORT_FORM.sub("", name) for name in latin_names(line.text)]
    while len(listed) > 1 and not is_latin_name(listed[-1]):
        listed.pop()
    is_of_people = all(is_latin_name(name) and not is_publisher(name) for name in listed)
    return _people(tuple(listed), "author", line.span) if listed and is_of_people else ()


def signers_in(line: Line) -> tuple[tuple[Byline, ...], Line] | None:
    """Return the authors and the publisher that *line* lists: "Ines Duarte, Eva Lind, Quay News"."""
    parts: list[Line] = []
    at = 0
    for end in [*(comma.start() for comma in SIGNERS.finditer(line.text)), len(line.text)]:
        parts.append(line.part(at, end))
        at = end + 1
    publishers = [part for part in parts if is_publisher(part.text)]
    people = [part.text for part in parts if part not in publishers]
    if len(publishers) != 1 or not 0 < len(people) <= MOST_NAMES or not all(map(is_latin_name, people)):
        return None
    return _people(tuple(people), "author", line.span), publishers[0]


def _by(line: Line) -> tuple[Byline, ...]:
    found = BY.fullmatch(line.text)
    if found is None:
        return ()
    role = next((role for role in NAMED_ROLES if found[role]), AUTHOR)
    several = [_without_staff(part) for part in AND.split(found["names"])]
    if len(several) > 1 and all(WHEREABOUTS.search(part) for part in several):  # "A in Lisbon and B in Porto"
        each = [WHEREABOUTS.sub("", part).rstrip(".|, ") for part in several]
        if all(map(_is_credit, each)):
            return _people(tuple(each), role, line.span)
    listed = WHEREABOUTS.sub("", _without_staff(found["names"])).rstrip(".|, ")
    if is_han(listed):
        return _people(han_names(listed), role, line.span)
    names = latin_names(listed)
    people = tuple(name for name in names if not is_publisher(name)) or names[:1]
    sure = len(people) == 1 or any(" " in name for name in people)  # "By Air and Sea" names nobody
    return _people(people, role, line.span) if people and sure and all(map(_is_credit, people)) else ()


def _by_elsewhere(line: Line) -> tuple[Byline, ...]:
    found = BY_ELSEWHERE.fullmatch(line.text)
    if found is None:
        return ()
    listed = [name for name in latin_names(found["names"].rstrip(".")) if not _is_house(name)]
    return _people(tuple(listed), "author", line.span) if listed and all(map(is_latin_name, listed)) else ()


def _is_house(name: str) -> bool:
    """Return whether *name*, in a list behind people, is that of a paper or an agency: "dpa", "da Agência Lusa"."""
    return is_publisher(name) or name.isupper() or name.islower() or HOUSE.match(name) is not None


def _without_staff(names: str) -> str:
    """Return *names* without the staff that they are of: "Harbour Wire staff writer Ann Lee" is Ann Lee."""
    return STAFF.sub("", names)


def _is_credit(name: str) -> bool:
    """Return whether *name* can be that of a byline: capitalised words; a single one is enough after "By"."""
    if name.lower().removeprefix("our ").removeprefix("a ") in STAFF_NAMES:
        return True
    words = name.split()
    return (
        0 < len(words) <= MOST_NAME_WORDS
        and all(word[:1].isupper() or word in SMALL_WORDS for word in words)
        and not any(map(str.isdigit, name))
        and words[0].lower() not in NO_NAME
    )


def _is_named(words: list[str]) -> bool:
    return len(words) == 1 or all(not word[:1].islower() or word in SMALL_WORDS or "@" in word for word in words)


def _slashed(line: Line) -> tuple[Byline, ...]:
    both = TEXT_AND_PHOTO.match(line.text)
    if both is not None:
        rest = line.part(both.end())
        return (*people_in(rest, "author"), *people_in(rest, "photographer"))
    if SLASHED.match(line.text) is None:
        return ()
    found = list(SLASHED.finditer(line.text))
    ends = [*(match.start() for match in found[1:]), len(line.text)]
    people: list[Byline] = []
    for match, end in zip(found, ends, strict=True):
        people += people_in(line.part(match.end(), end), ROLES.get(match["role"], "author"))
    return tuple(people)


def _reporter(line: Line) -> tuple[Byline, ...]:
    found = REPORTER.fullmatch(line.text)
    if found is None or ASKS.search(line.text):
        return ()
    listed = ANOTHER_REPORTER.sub("、", found["names"])
    taken = TAKEN_BY.search(listed)
    role: Role = "photographer" if taken is not None and taken["photo"] == "摄" else "author"
    if not is_han(listed):
        names = latin_names(listed)
        return _people(names, role, line.span) if found["gap"] and all(map(is_latin_name, names)) else ()
    names = han_names(TAKEN_BY.sub("", listed))
    # Without a gap only a family name tells a name: "记者张锴" is a byline, "记者节快乐" a headline.
    plain = found["gap"] != "" and all(LEAST_HAN <= len(name) <= MOST_HAN for name in names)
    return _people(names, role, line.span) if names and (plain or all(map(is_han_name, names))) else ()


def _people(names: tuple[str, ...], role: Role, span: Span) -> tuple[Byline, ...]:
    return tuple(Byline(name=name, role=role, span=span) for name in names if name and len(name) <= LONGEST_NAME)


@remembered
def further_bylines(line: Line, role: Role = "author") -> tuple[Byline, ...]:
    """Return the people whom *line* adds to a byline right above it, none when it says anything else.

    Only whole names count, because copy can begin with these words too: "and Porto" names nobody.

    role: of the people above.
    """
    if len(line.text) > LONGEST_FURTHER:
        return ()
    latin = FURTHER_LATIN.fullmatch(line.text)
    han = FURTHER_HAN.fullmatch(line.text) if latin is None else None
    if latin is not None:
        parts = [FROM.sub("", part) for part in AND.split(latin["names"].rstrip(".|, "))]
        named = [name for part in parts for name in latin_names(part)]
        names = tuple(name for name in named if not is_publisher(name)) if all(map(is_latin_name, named)) else ()
    elif han is not None:
        names = han_names(han["names"])
        names = names if all(map(is_han_name, names)) else ()
    else:
        return ()
    return tuple(Byline(name=name, role=role, span=line.span) for name in names)
