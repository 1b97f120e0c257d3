"""The front page and lists over a real store: what leads, which pictures are shown, and that nothing held is."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import html

from feedsvc.web import make_app
from made_files import png
from newsroom import Newsroom

HEAD = "---\ntitle: {{ en: {0}, zh: {0}号 }}\ndate: 2026-10-{1:02} 09:00 +08:00\n{2}\n---\n\nText of {0}.\n"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    for day in range(1, 26):
        newsroom.file(f"world/story-{day}.md", HEAD.format(f"Story {day}", day, ""))
    return newsroom


def client(room: Newsroom) -> FlaskClient:
    room.publish()
    return make_app(room.settings, room.store).test_client()


def page(asked: FlaskClient, path: str) -> html.HtmlElement:
    answer = asked.get(path)
    assert answer.status_code == 200
    return html.fromstring(answer.data)


def lead(of: html.HtmlElement) -> list[str]:
    return of.xpath("//h2[@id='lead']/a/@href")


def test_without_pictures_the_newest_story_leads(room):
    front = page(client(room), "/")

    assert lead(front) == ["/articles/story-25"]
    assert front.xpath("//main//img") == []
    assert front.xpath("//ul[@class='entries']//h3/a/@href")[:2] == ["/articles/story-24", "/articles/story-23"]


def test_one_of_the_newest_with_a_picture_leads_with_it_and_no_story_is_lost(room):
    room.file("world/story-22.md", HEAD.format("Story 22", 22, "image: quay.png"))
    room.file("world/story-9.md", HEAD.format("Story 9", 9, "image: https://pictures.example/9.jpg"))
    room.file("world/story-8.md", HEAD.format("Story 8", 8, "image: http://pictures.example/8.jpg"))
    room.file("world/quay.png", png(640, 360))
    asked = client(room)

    front, english = page(asked, "/"), page(asked, "/en/")
    listed = page(asked, "/categories/world/").xpath("//img[@class='thumb']")

    assert lead(front) == ["/articles/story-22"]
    (picture,) = front.xpath("//section[@aria-labelledby='lead']/img")
    assert picture.get("src").startswith("https://quay.example/media/")
    assert (picture.get("width"), picture.get("height"), picture.get("alt")) == ("640", "360", "")
    assert front.xpath("//meta[@property='og:image']/@content") == [picture.get("src")]
    assert len(front.xpath("//ul[@class='entries']/li")) == 19
    assert lead(english) == ["/articles/story-22".replace("/articles", "/en/articles")]
    assert [each.get("src") for each in listed] == [picture.get("src"), "https://pictures.example/9.jpg"]
    assert {each.get("loading") for each in listed} == {"lazy"}


def test_a_story_that_leads_leaves_with_its_picture_when_it_is_held(room):
    room.file("world/story-25.md", HEAD.format("Story 25", 25, "image: quay.png"))
    room.file("world/quay.png", png(640, 360))
    client(room)
    room.file("world/story-25.md", HEAD.format("Story 25", 25, "image: quay.png\nembargo: 2027-01-01 00:00 UTC"))

    front = client(room).get("/").get_data(as_text=True)

    assert "/articles/story-24" in front
    assert "Story 25" not in front
    assert "quay.png" not in front
