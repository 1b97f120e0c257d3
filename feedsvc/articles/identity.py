"""Give articles ids and slugs that never change, and say which documents belong to one article."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain, count
from pathlib import PurePosixPath
from urllib.parse import quote

from feedsvc.config.settings import Site
from feedsvc.model.document import suffix
from feedsvc.model.draft import Draft
from feedsvc.text.scripts import match_language

MINTED = re.compile(r"tag:[^:]+:[a-z2-7]{20}")
ABSOLUTE_IRI = re.compile(r"(?:tag|urn|https?):[^\s<>\"{}|\\^`]{1,500}")
SLUG_WORD = re.compile("[a-z0-9]+")
ENOUGH = re.compile("(?:[^a-z]*+[a-z]){3}")  # fewer letters than three say nothing
SLUG_LENGTH = 80
SALT = 6  # letters
EMPTY = "-"  # the part of a gist that a document lacks


def mint_id(site: Site, seed: str) -> str:
    """Return the tag: URI made of *seed*.

    The seed is where the document was first seen, so that a rebuild from an empty store gives a file that never moved
    the same id. Title, date, category, host and URL change, and are no part of it.

    source: RFC 4151; docs/internals/editions.md.
    """
    return f"tag:{site.authority},{site.authority_date}:{_hash(seed, 20)}"


def is_minted(identity: str) -> bool:
    """Return whether `mint_id` made *identity*, as far as its form tells; any other was declared."""
    return MINTED.fullmatch(identity) is not None


def declared_id(site: Site, declared: str) -> str:
    """Return the id that a document declares: an absolute IRI as it is, anything else within the site's authority."""
    if ABSOLUTE_IRI.fullmatch(declared):
        return declared
    return f"tag:{site.authority},{site.authority_date}:{quote(declared, safe='-._~')[:500]}"


def mint_slug(wanted: Iterable[str], *, identity: str) -> str:
    """Return a slug made of the first of *wanted* that has enough Latin letters, else of the id.

    wanted: a declared slug, titles, the file's name, best first.
    """
    for text in wanted:
        slug = slugify(text)
        if ENOUGH.match(slug):
            return slug
    return f"article-{_hash(identity, 10)}"


def free_slug(slug: str, *, identity: str, is_taken: Callable[[str], bool]) -> str:
    """Return *slug*, or where that is taken, *slug* with the shortest free salt, the same in every rebuild.

    A fixed length would not do: of 20,000 articles with one title, two have the same six letters, and whoever knows the
    rule makes such pairs at will.
    """
    wishes = (
        f"{slug}-{_hash(identity if length == SALT else f'{identity}#{length}', length)}" for length in count(SALT)
    )
    return next(wish for wish in chain([slug], wishes) if not is_taken(wish))


def slugify(text: str) -> str:
    """Return *text* as `[a-z0-9-]*`, cut at a word."""
    plain = text[:1000].replace("'", "").replace("’", "")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    slug = ""
    for word in SLUG_WORD.findall(plain.lower()):
        if len(slug) + len(word) >= SLUG_LENGTH:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug


def article_url(base_url: str, slug: str) -> str:
    return f"{base_url}/articles/{slug}"


def split_language(path: str, languages: Sequence[str]) -> tuple[str, str | None]:
    """Return the stem of *path* and the language in its name: ("world/x", "zh") for "world/x.zh.txt"."""
    return _split_language(path, tuple(languages))


@lru_cache(maxsize=1024)  # asked a dozen times of each document
def _split_language(path: str, languages: tuple[str, ...]) -> tuple[str, str | None]:
    if not {"", "."}.isdisjoint(path.split("/")):
        path = str(PurePosixPath(path))
    stem = path.removesuffix(suffix(path))
    ending = suffix(stem)
    language = match_language(ending[1:], languages) if ending else None
    return (stem.removesuffix(ending), language) if language else (stem, None)


def path_names(source: str, path: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the names that the place of a document gives its article."""
    stem, language = split_language(path, languages)
    return (f"{'stem' if language else 'bare'}:{source}/{stem}", f"path:{source}/{path}")


def own_names(draft: Draft, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the names that other documents may call the article of *draft* by."""
    declared = (f"id:{draft.declared_id.text}",) if draft.declared_id else ()
    slug = _slug_names(draft.slug.text) if draft.slug else ()
    return (*declared, *path_names(draft.source, draft.path, languages), *slug)


def _slug_names(text: str) -> tuple[str, ...]:
    """Return the name made of *text* as a slug; none for an empty slug, which many texts would share."""
    slug = slugify(text)
    return (f"slug:{slug}",) if slug else ()


def public_names(identity: str, slug: str) -> tuple[str, ...]:
    """Return the names that an article is known by once it is published."""
    return (f"id:{identity}", f"slug:{slug}")


def killed_name(slug: str) -> str:
    """Return the name of a killed article, made of a digest of its slug, because the slug tells its story."""
    return f"killed:{_hash(slug, 32)}"


def bytes_name(digest: str) -> str:
    """Return the name of a killed article, made of the digest of the bytes that it was last published from."""
    return f"bytes:{digest}"


def sought_names(draft: Draft, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the names under which the article that *draft* belongs to may be known, surest first.

    Two files of one stem belong together only where one of them has a language in its name: `x.md` and `x.txt` do not.
    """
    stem, language = split_language(draft.path, languages)
    names = [f"id:{draft.declared_id.text}"] if draft.declared_id else []
    if draft.translation_of:
        names += called_names(draft)
        names.append(killed_name(slugify(draft.translation_of.text.strip().rsplit("/", 1)[-1])))
    names.append(f"stem:{draft.source}/{stem}")
    if language:
        names.append(f"bare:{draft.source}/{stem}")
    return tuple(names)


def called_names(draft: Draft) -> tuple[str, ...]:
    """Return the names that `translation_of` may mean: id, path from the document's folder or the root, slug, address.

    The translation keeps these names, so that the original finds it when it comes second.
    """
    if not draft.translation_of:
        return ()
    called = draft.translation_of.text.strip()
    folder = PurePosixPath(draft.path).parent
    paths = [str(folder / called), called.lstrip("/")]
    names = [f"id:{called}"]
    for path in paths:
        bare = re.sub(r"(?<=[^/.])\.(?:txt|md|markdown|text)$", "", path)
        names += [f"path:{draft.source}/{path}", f"bare:{draft.source}/{bare}", f"stem:{draft.source}/{bare}"]
    return (*dict.fromkeys(names), *_slug_names(called.rsplit("/", 1)[-1]))


def gist(draft: Draft) -> str:
    """Return the three hashes that recognise the story of *draft*: of headline, dateline day and first paragraph.

    source: docs/internals/articles.md: a path where all three change holds another story.
    """
    headline = draft.headlines[0].text if draft.headlines else ""
    dateline = draft.datelines[0] if draft.datelines else None
    day = f"{dateline.month}-{dateline.day}" if dateline else (draft.dates[0].text if draft.dates else "")
    paragraph = next((paragraph.text for paragraph in draft.paragraphs if paragraph.text), "")  # pictures have none
    parts = ("".join(part.split()).casefold() for part in (headline, day, paragraph))
    return " ".join(_hash(part, 8) if part else EMPTY for part in parts)


def is_another_story(before: str, after: str) -> bool:
    """Return whether two gists differ in all parts that both have, which are two at least."""
    pairs = list(zip(before.split(), after.split(), strict=True))
    votes = [one != other for one, other in pairs if EMPTY not in {one, other}]
    return len(votes) > 1 and all(votes)


def merged_gist(before: str, after: str) -> str:
    """Return the gist *after*, its missing parts taken from *before*: the copy "KILL" has hardly any."""
    pairs = zip(before.split(), after.split(), strict=True)
    return " ".join(old if new == EMPTY else new for old, new in pairs)


def is_retitled(before: str, after: str) -> bool:
    """Return whether the headlines of two gists differ."""
    return before.split(maxsplit=1)[0] != after.split(maxsplit=1)[0]


def _hash(text: str, length: int) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    used = digest[: -(-length // 8) * 5]  # five bytes make eight letters, which takes Python as long as the hash
    return base64.b32encode(used).decode("ascii").lower()[:length]
