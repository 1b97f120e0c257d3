"""An article as ninjs 3.1, the form in which agencies and editorial systems exchange news.

An object of ninjs has one language. So the object of an article is in its primary language, and its translations are
associated with it, under the ids that they have in feeds of one language.

source: https://iptc.org/std/ninjs/ninjs-schema_3.1.json
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from feedsvc.articles.references import body_of, media_of
from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import home_path
from feedsvc.feeds.entry import revision_notes
from feedsvc.feeds.lead_picture import is_picture, lead_picture
from feedsvc.model.article import Article, Entry, Media, MediaFile, Text
from feedsvc.web.pages.article_page import rights_of

STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "https://iptc.org/std/ninjs/ninjs-schema_3.1.json",
}
Written = dict[str, object]


def ninjs(entry: Entry, settings: Settings, *, edition: int, forms: Mapping[str, Sequence[MediaFile]]) -> bytes:
    """Return *entry* as ninjs in UTF-8.

    edition: that last changed how it is shown. forms: the smaller forms of its pictures, by their digests.
    """
    article = entry.article
    primary, *others = article.languages
    published = min(version.published.instant for version in article.versions)
    updated = max(version.updated.instant for version in article.versions)
    license_url, terms, holder = rights_of(article, primary, settings.site)
    written = {
        "standard": STANDARD,
        "uri": article.id,
        "version": str(edition),
        "pubStatus": "usable",
        **_in_language(entry, primary, settings),
        "firstCreated": _date(published),
        "versionCreated": _date(updated),
        "altIds": [{"role": "url", "value": entry.url}, {"role": "slug", "value": article.slug}],
        "copyrightHolder": holder,
        "copyrightNotice": settings.site.face.rights.best(primary)[1],
        "usageTerms": terms,
        "rightsInfo": {"linkedRights": license_url} if license_url else None,
        "infoSources": [{"name": article.publisher or settings.site.author, "role": "publisher"}],
        "associations": [
            *(
                {
                    "name": f"translation-{other}",
                    "rel": "translation",
                    "uri": f"{article.id}/{other}",
                    **_in_language(entry, other, settings),
                }
                for other in others
            ),
            *(
                {"name": f"media-{number}", **_medium(medium, article, forms, language=primary, settings=settings)}
                for number, medium in enumerate(_media(entry), 1)
            ),
        ],
    }
    return json.dumps(_present(written), ensure_ascii=False).encode()


def _in_language(entry: Entry, language: str, settings: Settings) -> Written:
    article, version = entry.article, entry.article.version(language)
    places = [] if version.dateline is None else list(version.dateline.places)
    authors = [credit.name.best(language)[1] for credit in article.credits if credit.role == "author"]
    categories = [known for known in map(settings.category, article.categories) if known is not None]
    return _present(
        {
            "type": "text",
            "representationType": "full",
            "language": language,
            "firstCreated": _date(version.published.instant),
            "versionCreated": _date(version.updated.instant),
            "headlines": _texts("main", "text/plain", article.title, language),
            "descriptions": _texts("summary", "text/plain", article.summary, language),
            "bodies": _texts("main", "text/html", body_of(entry), language),
            "by": ", ".join(authors),
            "located": places[0] if places else "",
            "places": [{"name": place, "rel": "dateline"} for place in places],
            "subjects": [
                *(
                    {
                        "name": category.title.best(language)[1],
                        "rel": "category",
                        "uri": settings.site.base_url + home_path(category.slug),
                        "literal": category.slug,
                    }
                    for category in categories
                ),
                *({"name": tag, "rel": "tag"} for tag in article.tags if tag),
            ],
            "edNote": "\n".join(note for _, note in revision_notes(article, [language])),
        }
    )


def _texts(role: str, content_type: str, text: Text, language: str) -> list[Written]:
    words = text.get(language)
    return [{"role": role, "contentType": content_type, "value": words}] if words else []


def _media(entry: Entry) -> tuple[Media, ...]:
    """Return the media of *entry*, the picture that stands for it first."""
    lead, media = lead_picture(entry), media_of(entry)
    return media if lead is None else (lead, *(medium for medium in media if medium.url != lead.url))


def _medium(
    medium: Media,
    article: Article,
    forms: Mapping[str, Sequence[MediaFile]],
    *,
    language: str,
    settings: Settings,
) -> Written:
    base_url = settings.site.base_url
    file = next((file for file in article.files if base_url + file.path == medium.url), None)
    whole: Written = {
        "name": "original",
        "href": medium.url,
        "contentType": medium.media_type,
        "width": medium.width,
        "height": medium.height,
        "sizeInBytes": medium.bytes,
        "duration": medium.duration_s,
    }
    smaller: list[Written] = [
        {
            "name": f"width-{form.width}",
            "href": base_url + form.path,
            "contentType": form.media_type,
            "width": form.width,
            "height": form.height,
            "sizeInBytes": form.bytes,
        }
        for form in (forms.get(file.digest, ()) if file else ())
    ]
    kind = medium.media_type.partition("/")[0]
    return _present(
        {
            "rel": "enclosure" if not is_picture(medium) else "picture",
            "uri": medium.url,
            "type": "picture" if is_picture(medium) else kind if kind in {"audio", "video"} else "component",
            "descriptions": [
                {"role": role, "contentType": "text/plain", "value": words}
                for role, text in (("caption", medium.caption), ("alternative", medium.alternative))
                if (words := text.best(language)[1])
            ],
            "by": medium.credit,
            "renditions": [_present(rendition) for rendition in (whole, *smaller)],
        }
    )


def _date(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")


def _present(values: Written) -> Written:
    """Return *values* without those that say nothing."""
    return {key: value for key, value in values.items() if value not in (None, "", [])}
