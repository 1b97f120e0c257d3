"""Write the elements of podcasts, which only RSS has: those of Apple, and those of the podcast namespace.

source: podcasters.apple.com, support page 823; podcasting2.org, the podcast namespace 1.0.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from feedsvc.feeds.lead_picture import is_picture
from feedsvc.model.article import Media
from feedsvc.model.draft import Episode
from feedsvc.model.feed import Item, Podcast

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
OF_PODCASTS = {"itunes": ITUNES, "podcast": PODCAST}
SMALLEST, LARGEST = 1400, 3000  # pixels of a side of a cover
COVERS = frozenset({"image/jpeg", "image/png"})


def write_channel(channel: Any, podcast: Podcast) -> None:  # noqa: ANN401 - lxml is untyped
    """Write what directories ask of a channel."""
    _itunes(channel, "author", podcast.author)
    owner = _itunes(channel, "owner")
    _itunes(owner, "name", podcast.owner)
    _itunes(owner, "email", podcast.email)
    _itunes(channel, "image").set("href", podcast.image)
    for category, below in podcast.categories:
        element = _itunes(channel, "category")
        element.set("text", category)
        if below is not None:
            _itunes(element, "category").set("text", below)
    _itunes(channel, "explicit", _truth(podcast.is_explicit))
    _itunes(channel, "type", "serial" if podcast.is_serial else "episodic")
    _podcast(channel, "guid", podcast.guid)
    _podcast(channel, "locked", "yes" if podcast.is_locked else "no").set("owner", podcast.email)
    _podcast(channel, "medium", "podcast")


def write_episode(entry: Any, item: Item) -> None:  # noqa: ANN401 - lxml is untyped
    """Write what podcast apps show of an episode, whose sound or film is the item's enclosure."""
    episode, medium = item.episode, item.enclosure
    if episode is None or medium is None:
        return
    for name, value in _told(episode, medium).items():
        if value is not None:
            _itunes(entry, name, value)
    if item.picture is not None and is_cover(item.picture):
        _itunes(entry, "image").set("href", item.picture.url)
    if medium.transcript is not None:
        element = _podcast(entry, "transcript")
        element.set("url", medium.transcript.url)
        element.set("type", medium.transcript.media_type)
        element.set("language", item.language)


def _told(episode: Episode, medium: Media) -> dict[str, str | None]:
    return {
        "duration": None if medium.duration_s is None else str(medium.duration_s),
        "episode": None if episode.number is None else str(episode.number),
        "season": None if episode.season is None else str(episode.season),
        "episodeType": episode.kind,
        "explicit": None if episode.is_explicit is None else _truth(episode.is_explicit),
    }


def is_cover(picture: Media) -> bool:
    """Return whether directories take *picture* as the cover of an episode."""
    is_square = picture.width == picture.height and SMALLEST <= (picture.width or 0) <= LARGEST
    return is_picture(picture) and picture.media_type in COVERS and is_square


def _truth(value: bool) -> str:  # noqa: FBT001  the value itself
    return "true" if value else "false"


def _itunes(parent: Any, name: str, text: str | None = None) -> Any:  # noqa: ANN401 - lxml is untyped
    element = etree.SubElement(parent, f"{{{ITUNES}}}{name}")
    element.text = text
    return element


def _podcast(parent: Any, name: str, text: str | None = None) -> Any:  # noqa: ANN401 - lxml is untyped
    element = etree.SubElement(parent, f"{{{PODCAST}}}{name}")
    element.text = text
    return element
