"""README shows a document, the feed entry that it becomes, and what explain says of it; it also keeps its size."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from service import feedsvc

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
DOCUMENT = re.search(r"Save this text as `(.+?)`", README)
MOST_WORDS = 1_200
LONGEST_LINE = 120


def block(kind: str, *, after: str) -> str:
    """Return the fenced block of a *kind* that follows the words *after*."""
    found = re.search(rf"^```{kind}\n(.*?)^```$", README.partition(after)[2], re.DOTALL | re.MULTILINE)
    assert found is not None, f"README has no block of {kind} after {after!r}"
    return found[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a site with the shipped configuration and README's document."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(PROJECT / "config", folder / "config")
    assert DOCUMENT is not None
    path = folder / DOCUMENT[1]
    path.parent.mkdir(parents=True)
    path.write_text(block("text", after="Save this text as"), encoding="utf-8")
    return folder


def test_the_document_becomes_the_entry(site):
    done = feedsvc(site, "build", "built")

    assert done.returncode == 0, done.stderr
    item = ET.parse(site / "built/site/feeds/culture.rss").getroot().find("channel/item")  # noqa: S314  our own feed
    shown = ET.fromstring(block("xml", after="now holds this entry").replace("<item ", f"<item {DC} ", 1))  # noqa: S314  README
    in_feed = [(each.tag, dict(each.attrib), each.text) for each in item]
    assert item.attrib == shown.attrib
    assert len(shown) > 5
    assert [(each.tag, dict(each.attrib), each.text) for each in shown] == [
        each for each in in_feed if each[0] in {each.tag for each in shown}
    ]


def test_explain_answers_as_it_is_shown(site):
    command, *shown = block("console", after="`feedsvc explain` says").splitlines()

    done = feedsvc(site, *command.split("feedsvc ", 1)[1].split())

    assert done.returncode == 0, done.stderr
    answered = done.stdout.splitlines()
    start = next(number for number, line in enumerate(answered) if line.startswith(shown[0].rstrip("…")))
    assert answered[start + 1 : start + len(shown)] == shown[1:]


@pytest.mark.parametrize("link", sorted(set(re.findall(r"(?:\]\(|\]: )([^)\s#]+)", README))))
def test_links_lead_somewhere(link):
    assert "://" in link or (PROJECT / link).exists()


def test_it_is_short():
    words, longest = len(README.split()), max(map(len, README.splitlines()))

    assert (words <= MOST_WORDS, longest <= LONGEST_LINE) == (True, True), (words, longest)
