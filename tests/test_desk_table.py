"""Forty things that a desk does, one after the other, and what its subscribers see of each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta

from feedreader import FeedReader, Seen
from newsroom import CATEGORIES, Newsroom

# What is done | what a reader of all.rss and all.atom sees: new, changed, gone | of all.zh.atom | what the desk is told
TABLE = """
publish                          | Choir sings, Tide turns |  |  |  |
rename a file                    |  |  |  |  |
move to another category         |  | Choir sings: categories |  |  |
retitle                          |  | Choir sings again: title updated |  |  |
redate                           |  | Choir sings again: text published updated |  |  |
file another pair                | Gulls return |  |  |  |
translate late                   |  | Gulls return / 海鸥回到旧码头: title text |  | +海鸥回到旧码头 |
correct                          |  | Gulls return / 海鸥回到旧码头: text updated |  |  |
write through                    |  | Gulls return / 海鸥回到旧码头: text updated |  |  |
edit in small                    |  | Tide turns: text |  |  |
edit words                       |  | Tide turns: text updated |  |  |
change white space               |  | Tide turns: categories |  |  |
withdraw                         |  | Withdrawn: Tide turns: title text categories updated |  |  | held science/tide.md
wait a week                      |  |  | Withdrawn: Tide turns |  | held science/tide.md
revive                           |  | Tide turns: back title text updated |  |  |
remove a file                    |  |  | Tide turns |  |
put it back elsewhere            |  | Tide turns: back categories updated |  |  |
kill                             |  | Withdrawn: title text link categories updated |  |  | held world/tide.md
lift the kill mark               |  |  |  |  | held world/tide.md
revive what was killed           |  | Tide turns: title text link categories updated |  |  |
embargo                          |  |  |  |  | held world/budget.txt
move the embargo later           |  |  |  |  | held world/budget.txt
pass the time it had             |  |  |  |  | held world/budget.txt
reach the embargo                | Budget agreed |  |  |  |
put it on hold by the mark alone |  |  | Budget agreed |  | held world/budget.txt
lift the hold                    |  | Budget agreed: back updated |  |  |
make it a draft                  |  |  | Tide turns |  | held world/tide.md
draft no more                    |  | Tide turns: back updated |  |  |
copy into another category       |  | Budget agreed: categories |  |  |
change the copy                  | Comet seen | Budget agreed: categories |  |  |
use a path again                 | Ferry sails |  |  |  |
rotate                           | Lamps lit |  |  |  |
translate what lies there now    |  | Lamps lit / 点亮灯笼: title text |  | +点亮灯笼 |
swap two files                   |  |  |  |  |
use the paths of a pair again    | Buoys ring / 浮标响起 |  |  | +浮标响起 |
rename a folder                  |  | Comet seen: categories, Choir sings again: categories |  |  |
rename and edit                  |  | Comet seen: text updated |  |  |
move and retitle                 |  | Two comets seen: title categories updated |  |  |
rotate and edit                  | Snow falls | Two comets seen: text updated |  |  |
file two alike                   | Diary, Diary |  |  |  |
rename and rewrite both          | Diary, Diary |  | Diary, Diary |  | note world/d1.md, note world/d2.md
break the bytes                  |  |  |  |  | rejected world/tide.md
mend the bytes                   |  |  |  |  |
take that kills a paragraph      |  | Ferry sails: text updated |  |  |
declare an id and move           |  | Tide turns: categories |  |  |
add a category                   |  |  |  |  |
name the new category            |  | Tide turns: categories |  |  |
move and kill at once            |  | Withdrawn: title text link categories updated |  |  | held world/dead.md
delete what was killed           |  |  |  |  |
change the base url              |  | 10 articles |  | ~浮标响起: link ~点亮灯笼: link ~海鸥回到旧码头: link |
set the clock back               | Kites fly |  |  |  |
withdraw a language              |  | Buoys ring: title text |  | -浮标响起 |
bring it back                    |  | Buoys ring / 浮标响起: title text updated |  | ~浮标响起: back updated |
unmount the source               |  |  |  |  | rejected desk
mount it again                   |  |  |  |  |
file a dozen                     | 12 articles |  |  |  |
rename the folder of a dozen     |  | 12 articles |  |  |
lose a dozen                     |  |  |  |  | rejected desk
accept that                      |  |  | 12 articles |  |
"""

DEEDS: dict[str, Callable[[Newsroom], object]] = {}


def deed(do: Callable[[Newsroom], object]) -> Callable[[Newsroom], object]:
    DEEDS[do.__name__.replace("_", " ")] = do
    return do


def wire(title: str, *, body: str = "They came at dawn.", dateline: str = "LISBON, Oct 30", mark: str = "") -> str:
    return f"{mark}{title}\n\n{dateline} (Quay News) -- {body}\n"


def chinese(title: str = "海鸥回到旧码头") -> str:
    return f"{title}\n\n港湾社里斯本10月30日电 它们黎明时分到来。\n"


def note(title: str, *, rest: str = "", body: str = "Water rose.") -> str:
    return f"---\ntitle: {title}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\n{body}\n"


def move(room: Newsroom, before: str, after: str) -> None:
    target = room.articles / after
    target.parent.mkdir(parents=True, exist_ok=True)
    (room.articles / before).rename(target)


@deed
def publish(room: Newsroom) -> None:
    room.file("world/choir.txt", wire("Choir sings"))
    room.file("science/tide.md", note("Tide turns"))


@deed
def rename_a_file(room: Newsroom) -> None:
    move(room, "world/choir.txt", "world/singers.txt")


@deed
def move_to_another_category(room: Newsroom) -> None:
    move(room, "world/singers.txt", "science/choir.txt")


@deed
def retitle(room: Newsroom) -> None:
    room.file("science/choir.txt", wire("Choir sings again"))


@deed
def redate(room: Newsroom) -> None:
    room.file("science/choir.txt", wire("Choir sings again", dateline="LISBON, Oct 29"))


@deed
def file_another_pair(room: Newsroom) -> None:
    room.file("world/gulls.en.txt", wire("Gulls return"))


@deed
def translate_late(room: Newsroom) -> None:
    room.file("world/gulls.zh.txt", chinese())


@deed
def correct(room: Newsroom) -> None:
    room.file("world/gulls.en.txt", wire("Gulls return", mark="CORRECTED: ", body="They came at dusk."))


@deed
def write_through(room: Newsroom) -> None:
    room.file("world/gulls.en.txt", wire("Gulls return", mark="WRITETHRU: ", body="They came at dusk, in rain."))


@deed
def edit_in_small(room: Newsroom) -> None:
    room.file("science/tide.md", note("Tide turns", body="Water rises.", rest="minor: true"))


@deed
def edit_words(room: Newsroom) -> None:
    room.file("science/tide.md", note("Tide turns", body="Water rises fast."))


@deed
def change_white_space(room: Newsroom) -> None:
    room.file("science/tide.md", note("Tide turns", body="Water   rises fast.\n\n", rest="tags: [sea]"))


@deed
def withdraw(room: Newsroom) -> None:
    room.file("science/tide.md", note("Tide turns", rest="withdrawn: The photo was staged."))


@deed
def wait_a_week(room: Newsroom) -> None:
    room.now += timedelta(days=7)


@deed
def revive(room: Newsroom) -> None:
    room.file("science/tide.md", note("Tide turns"))


@deed
def remove_a_file(room: Newsroom) -> None:
    move(room, "science/tide.md", "../tide.md")


@deed
def put_it_back_elsewhere(room: Newsroom) -> None:
    move(room, "../tide.md", "world/tide.md")


@deed
def kill(room: Newsroom) -> None:
    room.file("world/tide.md", "KILL\n\n" + note("Tide turns"))


@deed
def lift_the_kill_mark(room: Newsroom) -> None:
    room.file("world/tide.md", note("Tide turns", body="Water fell."))


@deed
def revive_what_was_killed(room: Newsroom) -> None:
    room.file("world/tide.md", note("Tide turns", body="Water fell.", rest="revive: true"))


def embargo_until(when: datetime) -> str:
    return f"EMBARGOED UNTIL {when:%H:%M} GMT, {when:%A} {when.day} {when:%B} {when.year}\n\n"


@deed
def embargo(room: Newsroom) -> None:
    mark = embargo_until(room.now + timedelta(minutes=90))
    room.file("world/budget.txt", wire("Budget agreed", mark=mark))


@deed
def move_the_embargo_later(room: Newsroom) -> None:
    mark = embargo_until(room.now + timedelta(minutes=90))
    room.file("world/budget.txt", wire("Budget agreed", mark=mark))


@deed
def pass_the_time_it_had(room: Newsroom) -> None:
    pass


@deed
def reach_the_embargo(room: Newsroom) -> None:
    pass


@deed
def put_it_on_hold_by_the_mark_alone(room: Newsroom) -> None:
    room.file("world/budget.txt", "HOLD FOR RELEASE\n")


@deed
def lift_the_hold(room: Newsroom) -> None:
    room.file("world/budget.txt", wire("Budget agreed"))


@deed
def make_it_a_draft(room: Newsroom) -> None:
    room.file("world/tide.md", note("Tide turns", body="Water fell.", rest="draft: true"))


@deed
def draft_no_more(room: Newsroom) -> None:
    room.file("world/tide.md", note("Tide turns", body="Water fell."))


@deed
def copy_into_another_category(room: Newsroom) -> None:
    shutil.copy(room.articles / "world/budget.txt", room.articles / "science/budget.txt")


@deed
def change_the_copy(room: Newsroom) -> None:
    room.file("science/budget.txt", wire("Comet seen", body="A light was seen.", dateline="PARIS, Oct 31"))


@deed
def use_a_path_again(room: Newsroom) -> None:
    room.file("world/budget.txt", wire("Ferry sails", body="It left at ten.", dateline="OSLO, Nov 1"))


@deed
def rotate(room: Newsroom) -> None:
    move(room, "world/budget.txt", "world/budget.1.txt")
    room.file("world/budget.txt", wire("Lamps lit", body="Each of them.", dateline="ROME, Nov 2"))


@deed
def translate_what_lies_there_now(room: Newsroom) -> None:
    room.file("world/budget.zh.txt", "点亮灯笼\n\n港湾社罗马11月2日电 每一盏。\n")


@deed
def swap_two_files(room: Newsroom) -> None:
    move(room, "world/budget.txt", "world/x")
    move(room, "world/budget.1.txt", "world/budget.txt")
    move(room, "world/x", "world/budget.1.txt")


@deed
def use_the_paths_of_a_pair_again(room: Newsroom) -> None:
    room.file("world/gulls.en.txt", wire("Buoys ring", body="All at once.", dateline="MALTA, Nov 3"))
    room.file("world/gulls.zh.txt", "浮标响起\n\n港湾社马耳他11月3日电 同时响起。\n")


@deed
def rename_a_folder(room: Newsroom) -> None:
    move(room, "science", "general")


@deed
def rename_and_edit(room: Newsroom) -> None:
    (room.articles / "general/budget.txt").unlink()
    room.file("general/comet.txt", wire("Comet seen", body="Two lights were seen.", dateline="PARIS, Oct 31"))


@deed
def move_and_retitle(room: Newsroom) -> None:
    (room.articles / "general/comet.txt").unlink()
    room.file("science/comet.txt", wire("Two comets seen", body="Two lights were seen.", dateline="PARIS, Oct 31"))


@deed
def rotate_and_edit(room: Newsroom) -> None:
    room.file("science/comet.1.txt", wire("Two comets seen", body="Three lights were seen.", dateline="PARIS, Oct 31"))
    room.file("science/comet.txt", wire("Snow falls", body="It was deep.", dateline="TURIN, Nov 3"))


@deed
def file_two_alike(room: Newsroom) -> None:
    for number in (1, 2):
        room.file(f"world/d{number}.md", note("Diary", body=f"Day {number} of it."))


@deed
def rename_and_rewrite_both(room: Newsroom) -> None:
    for number in (1, 2):
        (room.articles / f"world/d{number}.md").unlink()
        room.file(f"world/e{number}.md", note("Diary", body=f"Written anew, {number}."))


@deed
def break_the_bytes(room: Newsroom) -> None:
    room.file("world/tide.md", b"---\ntitle: Tide \xff turns\ndate: [\n---\n")


@deed
def mend_the_bytes(room: Newsroom) -> None:
    room.file("world/tide.md", note("Tide turns", body="Water fell."))


@deed
def take_that_kills_a_paragraph(room: Newsroom) -> None:
    body = "It left at ten, they said."
    mark = "UPDATE 1-"
    text = f"{mark}Ferry sails\n(Adds quote; KILLS last paragraph)\n\nOSLO, Nov 1 (Quay News) -- {body}\n"
    room.file("world/budget.txt", text)


@deed
def declare_an_id_and_move(room: Newsroom) -> None:
    (room.articles / "world/tide.md").unlink()
    room.file("general/tide.md", note("Tide turns", body="Water fell.", rest="id: tide"))


@deed
def add_a_category(room: Newsroom) -> None:
    sea = '[sea]\ntitle = { en = "Sea", zh = "海洋" }\n'
    (room.folder / "config" / "categories.toml").write_text(CATEGORIES + sea, encoding="utf-8")


@deed
def name_the_new_category(room: Newsroom) -> None:
    room.file("general/tide.md", note("Tide turns", body="Water fell.", rest="id: tide\ncategories: [sea]"))


@deed
def move_and_kill_at_once(room: Newsroom) -> None:
    (room.articles / "general/tide.md").unlink()
    room.file("world/dead.md", "KILL\n\n" + note("Tide turns", body="Water fell."))


@deed
def delete_what_was_killed(room: Newsroom) -> None:
    (room.articles / "world/dead.md").unlink()


@deed
def change_the_base_url(room: Newsroom) -> None:
    room.configure(room.main.replace("https://quay.example", "https://pier.example"))


@deed
def set_the_clock_back(room: Newsroom) -> None:
    room.now -= timedelta(hours=2)
    room.file("world/kites.md", note("Kites fly"))


@deed
def withdraw_a_language(room: Newsroom) -> None:
    move(room, "world/gulls.zh.txt", "../gulls.zh.txt")


@deed
def bring_it_back(room: Newsroom) -> None:
    move(room, "../gulls.zh.txt", "world/gulls.zh.txt")


@deed
def unmount_the_source(room: Newsroom) -> None:
    room.articles.rename(room.folder / "unmounted")


@deed
def mount_it_again(room: Newsroom) -> None:
    (room.folder / "unmounted").rename(room.articles)


@deed
def file_a_dozen(room: Newsroom) -> None:
    for number in range(12):
        room.file(f"world/dozen/{number}.md", note(f"Lamp {number:02}", body=f"Lamp {number} was lit."))


@deed
def rename_the_folder_of_a_dozen(room: Newsroom) -> None:
    move(room, "world/dozen", "science/lamps")


@deed
def lose_a_dozen(room: Newsroom) -> None:
    shutil.rmtree(room.articles / "science/lamps")


@deed
def accept_that(room: Newsroom) -> None:
    room.publish(accept=frozenset({"desk"}))


def several(titles: tuple[str, ...]) -> str:
    return ", ".join(titles) if len(titles) < 6 else f"{len(titles)} articles"


def in_short(seen: Seen) -> str:
    signs = zip("+~-", (seen.new, seen.changed, seen.gone), strict=True)
    return " ".join(f"{sign}{title}" for sign, titles in signs for title in titles)


def row(action: str, newsroom: Newsroom, readers: dict[str, FeedReader]) -> str:
    """Do what the row says, and return the row as it came out."""
    DEEDS[action](newsroom)
    edition = newsroom.publish()
    rss, atom, zh = (reader.poll(newsroom.feed(path)) for path, reader in readers.items())
    reader = readers["/feeds/all.atom"]
    assert rss == atom, action
    assert {item["id"] for item in json.loads(newsroom.feed("/feeds/all.json"))["items"]} == reader.here
    assert max(each.updated for each in reader.kept.values()) <= edition.made_at.replace(tzinfo=None)
    notices = {each for each in reader.here if reader.kept[each].title.startswith("Withdrawn")}
    assert reader.told_gone == (reader.kept.keys() - reader.here) | notices
    said = [f"{each.severity} {each.path or each.source}" for each in edition.problems]
    seen = (several(each) for each in (atom.new, atom.changed, atom.gone))
    return " | ".join((action, *seen, in_short(zh), ", ".join(said)))


def test_subscribers_see_of_each_deed_what_the_table_says(newsroom, store_url):
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    readers = {path: FeedReader() for path in ("/feeds/all.rss", "/feeds/all.atom", "/feeds/all.zh.atom")}
    table = [" | ".join(cell.strip() for cell in line.split("|")) for line in TABLE.strip().split("\n")]

    came = [row(line.split(" | ")[0], newsroom, readers) for line in table]

    assert came == table
    assert len(table) == len(DEEDS)
