"""Articles as ninjs: every field, translations, pictures with their forms, and articles that are gone."""

from __future__ import annotations

from feedsvc.web import make_app
from made_files import photo
from newsroom import Newsroom

STORY = """---
title: {{ en: Gulls return, zh: 海鸥回来 }}
summary: They came at dawn.
date: 2026-10-30 09:00 +00:00
author: Ines Duarte
tags: [birds]
image: {{ src: gulls.jpg, alt: Gulls, caption: Gulls at dawn, credit: Mira Osei }}
{rest}
---

{body}
"""


def told(room: Newsroom, slug: str = "gulls-return"):
    client = make_app(room.settings, room.store, clock=lambda: room.now).test_client()
    return client.get(f"/articles/{slug}.ninjs.json")


def test_an_article_is_told_with_its_translation_and_its_picture(newsroom):
    newsroom.file("world/gulls.jpg", photo(640, 480))
    newsroom.file("world/gulls.md", STORY.format(rest="", body="They came."))
    newsroom.publish()
    article = newsroom.store.entry("gulls-return").article
    (file,) = article.files
    picture = f"https://quay.example{file.path}"
    (form,) = newsroom.store.forms_of([file.digest])[file.digest]
    dates = {"firstCreated": "2026-10-30T09:00:00+00:00", "versionCreated": "2026-10-30T09:00:00+00:00"}
    world = {"rel": "category", "uri": "https://quay.example/categories/world/", "literal": "world"}
    birds = {"name": "birds", "rel": "tag"}

    answer = told(newsroom)

    assert answer.content_type == "application/json; charset=utf-8"
    assert answer.json == {
        "standard": {
            "name": "ninjs",
            "version": "3.1",
            "schema": "https://iptc.org/std/ninjs/ninjs-schema_3.1.json",
        },
        "uri": article.id,
        "version": "1",
        "pubStatus": "usable",
        "type": "text",
        "representationType": "full",
        "language": "en",
        **dates,
        "headlines": [{"role": "main", "contentType": "text/plain", "value": "Gulls return"}],
        "descriptions": [{"role": "summary", "contentType": "text/plain", "value": "They came at dawn."}],
        "bodies": [{"role": "main", "contentType": "text/html", "value": "<p>They came.</p>"}],
        "by": "Ines Duarte",
        "subjects": [{"name": "World", **world}, birds],
        "altIds": [
            {"role": "url", "value": "https://quay.example/articles/gulls-return"},
            {"role": "slug", "value": "gulls-return"},
        ],
        "infoSources": [{"name": "Quay News", "role": "publisher"}],
        "associations": [
            {
                "name": "translation-zh",
                "rel": "translation",
                "uri": f"{article.id}/zh",
                "type": "text",
                "representationType": "full",
                "language": "zh",
                **dates,
                "headlines": [{"role": "main", "contentType": "text/plain", "value": "海鸥回来"}],
                "by": "Ines Duarte",
                "subjects": [{"name": "国际", **world}, birds],
            },
            {
                "name": "media-1",
                "rel": "picture",
                "uri": picture,
                "type": "picture",
                "descriptions": [
                    {"role": "caption", "contentType": "text/plain", "value": "Gulls at dawn"},
                    {"role": "alternative", "contentType": "text/plain", "value": "Gulls"},
                ],
                "by": "Mira Osei",
                "renditions": [
                    {
                        "name": "original",
                        "href": picture,
                        "contentType": "image/jpeg",
                        "width": 640,
                        "height": 480,
                        "sizeInBytes": file.bytes,
                    },
                    {
                        "name": f"width-{form.width}",
                        "href": f"https://quay.example{form.path}",
                        "contentType": "image/webp",
                        "width": form.width,
                        "height": form.height,
                        "sizeInBytes": form.bytes,
                    },
                ],
            },
        ],
    }


def test_the_version_is_the_edition_that_last_changed_the_article(newsroom):
    newsroom.file("world/gulls.md", STORY.format(rest="", body="They came."))
    newsroom.publish()
    newsroom.file("world/other.md", "---\ntitle: Other\ndate: 2026-10-30\n---\n\nText.\n")
    newsroom.publish()
    newsroom.file("world/gulls.md", STORY.format(rest="correction: One came.", body="It came."))
    newsroom.publish()

    answer = told(newsroom).json

    assert (answer["version"], answer["versionCreated"]) == ("3", "2026-11-01T14:00:00+00:00")
    assert "One came." in answer["edNote"]


def test_an_article_that_is_gone_or_unknown_is_no_ninjs(newsroom):
    newsroom.file("world/gulls.md", STORY.format(rest="withdrawn: No.", body="They came."))
    newsroom.file("world/tide.md", STORY.format(rest="", body="It came.").replace("Gulls return", "Tide"))
    newsroom.publish()
    newsroom.file("world/tide.md", STORY.format(rest="withdrawn: No.", body="It came.").replace("Gulls return", "Tide"))
    newsroom.publish()

    assert [told(newsroom, slug).status_code for slug in ("gulls-return", "tide", "nowhere")] == [404, 410, 404]
