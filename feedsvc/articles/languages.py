"""Tell the languages of a draft apart: of its path, its headlines and its prose, and its part in each language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from feedsvc.articles.dating import dateline_of
from feedsvc.articles.identity import split_language
from feedsvc.model.article import Text
from feedsvc.model.dates import Dateline
from feedsvc.model.document import suffix
from feedsvc.model.draft import Arrived, Draft, Excerpt, Paragraph
from feedsvc.text.characters import clean_text
from feedsvc.text.html import Files, SafeFragment, pictures_left_out, safe_fragment
from feedsvc.text.scripts import (
    WORDS,
    base,
    count_latin,
    has_letters_of,
    is_foreign,
    language_in_name,
    match_language,
    share_of_words,
    tag_named,
    tell_by_words,
    tell_in_script,
    tell_language,
    tell_script,
    weigh,
)

NOTHING = Text()
SAY = "declare `language` in its front matter"
CURE = f"{SAY}, or in its file's name"
HAVE = "translate the copy, or add the language to site.languages"


def declared_language(draft: Draft, languages: Sequence[str]) -> str | None:
    """Return the language of the site that a draft declares, in its front matter or in its file's name."""
    if draft.language:
        return match_language(draft.language, languages)
    if draft.path.count(".") < 2:  # noqa: PLR2004 -- "x.zh.txt": less names no language
        return None
    return split_language(draft.path, languages)[1]


def titles_of(draft: Draft, languages: Sequence[str], *, published: Text = NOTHING) -> dict[str, str]:
    """Return the title in each language, first found first.

    A draft that declares its language has a title in another only where that headline says so itself; of its other
    headlines the one in the declared language's script counts, else the first.

    languages: of the site and of the published article.
    published: titles of the published article; a headline that is among them keeps its language.
    """
    titles, unsaid = _said(draft, languages)
    declared = declared_language(draft, languages)
    if declared is None:
        return _told(draft, titles, unsaid, languages, published)[0]
    if not unsaid or declared in titles:
        return titles
    fitting = (text for text in unsaid if tell_language(text, languages) == declared)
    return {declared: next(fitting, unsaid[0]), **titles}


def stranger(draft: Draft, languages: Sequence[str]) -> str | None:
    """Return why a draft is in none of the *languages*, any of which would misname it; None if it may be in one."""
    known = ", ".join(languages)
    if draft.language:
        named = f"language {draft.language!r} is not one of the site's: {known}; {HAVE}"
        return named if match_language(draft.language, languages) is None else None
    ending = suffix(draft.path.removesuffix(suffix(draft.path)))
    if language_in_name(ending[1:]) and match_language(ending[1:], languages) is None:
        return f"language {ending[1:]!r}, by its file's name, is not one of the site's: {known}; rename it, or {SAY}"
    sample, heads = sample_of(draft), "".join(headline.text for headline in draft.headlines)
    if (sample.isascii() and heads.isascii()) or declared_language(draft, languages):
        return None
    body, head = tell_script(sample), tell_script(heads)
    for script, stretches in ((body, draft.paragraphs), (head, draft.headlines)):
        told = any(stretch.language or tell_language(stretch.text, languages) for stretch in stretches)
        if script and is_foreign(script, languages) and not told:
            return f"is written in {script}, and no language of the site is: {known}; {HAVE}"
    return None


def undecided(draft: Draft, languages: Sequence[str], *, published: Text = NOTHING) -> str | None:
    """Return the warning about a draft that does not show which of the *languages* it is in; None if it does."""
    if declared_language(draft, languages):
        return None
    titles, unsaid = _said(draft, languages)
    titles, guessed = _told(draft, titles, unsaid, languages, published)
    if guessed:
        return f"nothing tells that it is in {guessed!r}, which it is published in; {CURE}"
    language = next(iter(titles), None)
    if not unsaid or language is None or unsaid[0] in dict(published.items).values():
        return None
    sample = sample_of(draft)
    if base(language) not in WORDS or share_of_words(sample, language) >= IN_ITS_LANGUAGE:
        return None
    other = tell_by_words(sample, tuple(WORDS), least=5)
    if other is None or other in map(base, titles) or share_of_words(sample, other) < IN_ITS_LANGUAGE:
        return None
    strange = "" if match_language(other, languages) else ", which the site does not have"
    return f"reads as {other!r}{strange}, and is published in {language!r}; {CURE}"


def _said(draft: Draft, languages: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the titles that say their language, and the others."""
    titles: dict[str, str] = {}
    unsaid: list[str] = []
    for headline in draft.headlines:
        text = clean_text(headline.text)[0]
        own = match_language(headline.language, languages) if headline.language else None
        if text and own:
            titles.setdefault(own, text)
        elif text:
            unsaid.append(text)
    return titles, unsaid


def _told(
    draft: Draft, titles: dict[str, str], unsaid: Sequence[str], languages: Sequence[str], published: Text
) -> tuple[dict[str, str], str | None]:
    """Return the titles by language, those in *unsaid* included, and the language that is only a guess, if any."""
    out = {text: language for language, text in published.items if language in languages}
    open_ones: list[str] = []
    is_plain = not titles and out.keys().isdisjoint(unsaid)
    for text in unsaid:
        language = out.get(text) or tell_language(text, languages)
        if language:
            titles.setdefault(language, text)
        else:
            open_ones.append(text)
    if is_plain and len(titles) + len(open_ones) == 1:
        language = _by_body(draft, unsaid[0], next(iter(titles), None), languages)
        if language:
            return {language: unsaid[0]}, None
    guessed = None
    for text in open_ones:
        language, is_guess = _by_company(
            draft, text, [language for language in languages if language not in titles], published
        )
        if language and (not titles or tell_script(text)):
            titles[language] = text
            guessed = language if is_guess else guessed
    return titles, guessed


def _by_body(draft: Draft, text: str, language: str | None, languages: Sequence[str]) -> str | None:
    """Return the language of a title beside which no other is: its body's, if many of its letters are Latin.

    language: as the letters and words of the title tell it.
    """
    here = _of_its_place(draft, languages)
    if here is not None and has_letters_of(here, text):  # lists of names and commands say less than a title
        return here
    letters, latin = sum(map(str.isalpha, text)), count_latin(text)
    is_latin = latin == letters if language is None else latin * 2 >= letters or not is_foreign("Latin", [language])
    if len(languages) == 1 or not is_latin:
        return language
    return language_of_body(draft, languages, title=here or language)


def _of_its_place(draft: Draft, languages: Sequence[str]) -> str | None:
    """Return the language that a folder of the draft, or the end of its file's name, is."""
    places = places_of_language(draft.path.removesuffix(suffix(draft.path)), tuple(languages))
    return places[0][0] if places else None


def _by_company(draft: Draft, text: str, languages: Sequence[str], published: Text) -> tuple[str | None, bool]:
    """Return which of *languages* a headline is in by the paragraphs in its script, and whether that is a guess."""
    script = tell_script(text)
    fitting = [language for language in languages if script is None or not is_foreign(script, [language])]
    body = "\n".join(prose_in(draft, script))
    told = tell_language(f"{text}\n{body}", fitting) if fitting else None
    if told:
        return told, False
    former = next((language for language in published.languages if language in fitting), None)
    here = _of_its_place(draft, languages)
    printed = next(iter(draft.datelines), None)
    signed = match_language(printed.language, fitting) if printed is not None and printed.month else None
    if signed and not former and here not in fitting:
        return signed, False  # a table, whose dateline names a month in its language: "Fráncfort, 23 may (EFE)"
    if former or not fitting or here in fitting:
        return former or here, False
    return fitting[0], len(fitting) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of a draft in one language; title and summary are clean plain text.

    dateline: the one that counts for it (`dateline_of`).
    """

    arrived: Arrived
    language: str
    title: str
    summary: str
    dateline: Dateline | None
    paragraphs: tuple[Paragraph, ...]

    def body(self, *, base: str, files: Files | None = None) -> SafeFragment:
        """Return the paragraphs as safe HTML; *base* is the address of the article's page."""
        slug = base.rsplit("/", 1)[-1]
        prefix = f"{slug}-{self.language}-"
        return safe_fragment(self._html, base=base, id_prefix=prefix, language=self.language, files=files)

    def left_out(self) -> int:
        """Return how many pictures of the paragraphs cannot be shown, whatever files there are."""
        return pictures_left_out(self._html)

    @property
    def _html(self) -> str:
        return "\n".join([paragraph.html for paragraph in self.paragraphs])


def parts_of(arrived: Arrived, languages: Sequence[str], *, published: Text = NOTHING) -> tuple[Part, ...]:
    """Return the parts of a draft in the languages of its titles, the first title's language first.

    A paragraph in another language joins the part of the paragraph before it, so that nothing is lost.

    languages, published: as `titles_of` takes them.
    """
    draft = arrived.draft
    declared = declared_language(draft, languages)
    titles = titles_of(draft, languages, published=published)
    titled = tuple(titles)
    first = next(iter(titles), languages[0])
    paragraphs = _shared_out(draft, declared, titled, first)
    summaries: dict[str, str] = {}
    for summary in draft.summaries:
        summaries.setdefault(_language(summary, declared, titled, last=first), clean_text(summary.text)[0])
    parts = []
    for language, title in titles.items():
        dateline, own = dateline_of(draft, language), paragraphs.get(language, ())
        parts.append(
            Part(
                arrived=arrived,
                language=language,
                title=title,
                summary=summaries.get(language) or _lead(dateline, own),
                dateline=dateline,
                paragraphs=tuple(own),
            )
        )
    return tuple(parts)


def languages_of(arrived: Arrived, languages: Sequence[str], *, published: Text = NOTHING) -> frozenset[str]:
    """Return the languages of the site that a draft has a title in."""
    return frozenset(titles_of(arrived.draft, languages, published=published))


def paragraphs_of(draft: Draft, languages: Sequence[str]) -> dict[str, list[Paragraph]]:
    """Return the paragraphs in each language that the draft has a title for."""
    titled = tuple(titles_of(draft, languages))
    return _shared_out(draft, declared_language(draft, languages), titled, next(iter(titled), languages[0]))


def _shared_out(draft: Draft, declared: str | None, titled: Sequence[str], first: str) -> dict[str, list[Paragraph]]:
    """Return the paragraphs in each of the languages *titled*.

    first: of these languages, or the site's first when there is none.
    """
    if len(titled) < 2:  # noqa: PLR2004 -- one language: there is nothing to tell apart
        return {first: list(draft.paragraphs)} if draft.paragraphs else {}
    paragraphs: dict[str, list[Paragraph]] = {}
    last = declared if declared and declared in titled else first
    latin = None if declared in titled else tell_language("a", titled)
    for paragraph in draft.paragraphs:
        # Half of all paragraphs, and their letters need not be counted.
        if latin and paragraph.text[:1].isalpha() and paragraph.text.isascii() and not paragraph.language:
            last = latin
        else:
            last = _language(paragraph, declared, titled, last=last)
        paragraphs.setdefault(last, []).append(paragraph)
    return paragraphs


def _language(found: Excerpt | Paragraph, declared: str | None, languages: Sequence[str], *, last: str) -> str:
    """Return which of *languages* a stretch is in, by its own declaration, the draft's, or its script."""
    if found.language and (own := match_language(found.language, languages)):
        return own
    if declared and declared in languages:
        return declared
    return tell_language(found.text, languages) or last


def _lead(dateline: Dateline | None, paragraphs: Sequence[Paragraph]) -> str:
    """Return a summary made of the first paragraph, without its dateline."""
    mark = clean_text(dateline.text)[0] if dateline else ""
    saying = [paragraph for paragraph in paragraphs if ONLY_A_LINK.fullmatch(paragraph.html.strip()) is None]
    for paragraph in saying or paragraphs:
        text = clean_text(paragraph.text)[0]
        start = text.find(mark) if mark else -1
        if start >= 0:
            text = text[start + len(mark) :].lstrip(" \u3000-–—_:：.")
        if text:
            return excerpt(text)
    return ""


ONLY_A_LINK = re.compile(r"(?:<p><a [^<>]{0,2000}>[^<>]{0,200}</a></p>\s{0,3})+")  # such as a button for a download
LEAST_SHARE = 0.4  # a cut that keeps less than this of the limit says too little
MORE = "…"
CLOSERS = "\"'”’»›)）】」』》〉]"
HAN_END = re.compile(f"[。！？…]+[{re.escape(CLOSERS)}]*")
LATIN_END = re.compile(rf"[.!?…]+[{re.escape(CLOSERS)}]*(?=\s+(?![a-z\s]))")
CAPITALISED = re.compile(
    r"(?<![A-Za-z])(?:[A-Z][a-z]{0,4}|(?:[A-Za-z]\.)+[A-Za-z])$"
)  # "Mr", "Capt", "J", "U.S": no sentence ends
BREAK = re.compile(r"\s|(?<=[，、；：])")
JOINERS = "\u200d\ufe0e\ufe0f"


def excerpt(text: str, *, limit: int = 300) -> str:
    """Return the first sentences of *text*; where the first is too long, its first words and an ellipsis.

    limit:   characters at most, the ellipsis included.
    returns: *text* itself, trimmed, when it is short enough.
    """
    text = text.strip()
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    ends = [end for end in _sentence_ends(head) if limit * LEAST_SHARE <= end <= limit]
    if ends:
        return text[: ends[-1]]
    return _first_words(text, limit - len(MORE)) + MORE


def _sentence_ends(text: str) -> list[int]:
    han = [found.end() for found in HAN_END.finditer(text)]
    latin = [
        found.end()
        for found in LATIN_END.finditer(text)
        if found[0] != "." or not CAPITALISED.search(text, max(0, found.start() - 12), found.start())
    ]
    return sorted({*han, *latin})


def _first_words(text: str, limit: int) -> str:
    """Return at most *limit* characters of *text*, cut at a space or a pause, else not before a combining mark."""
    breaks = [found.start() for found in BREAK.finditer(text, int(limit * LEAST_SHARE), limit + 1)]
    cut = breaks[-1] if breaks else limit
    while cut > 1 and (unicodedata.combining(text[cut]) or text[cut] in JOINERS):
        cut -= 1
    return text[:cut].rstrip(" \t\n,;:，、；：—-")


REGION = "[A-Za-z]{2}|[Hh]ans|[Hh]ant|[Ll]atn|[Cc]yrl"
TAG = re.compile(rf"[A-Za-z]{{2,3}}(?:[-_](?:{REGION})){{0,2}}")
AT_THE_END = re.compile(rf"[-_](?={TAG.pattern}$)")
# Docusaurus keeps the translation of blog/x.md as i18n/zh/docusaurus-plugin-content-blog/x.md.
DOCUSAURUS = re.compile(r"(?P<before>|.*/)i18n/docusaurus-plugin-content-(?P<kind>blog|docs|pages)/(?P<rest>.*)")


@lru_cache(maxsize=1024)  # asked a few times of each document
def places_of_language(stem: str, languages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return, for each part of *stem* that is one of *languages*, that language and the stem without the part.

    stem: a path without the ending of its file's name.
    """
    *folders, name = stem.split("/")
    found = []
    for number, folder in enumerate(folders):
        if language := language_of_part(folder, languages):
            rest = "/".join([*folders[:number], *folders[number + 1 :], name])
            found.append((language, _original(rest)))
    for end in AT_THE_END.finditer(name):
        if language := language_of_part(name[end.end() :], languages):
            found.append((language, "/".join([*folders, name[: end.start()]])))
            break
    return tuple(found)


def language_of_part(part: str, languages: Sequence[str]) -> str | None:
    """Return which of *languages* a folder or the end of a name is, as in "zh", "zh_CN", "cn", "chinese"."""
    tag = tag_named(part)
    return match_language(tag, languages) if TAG.fullmatch(tag) else None


def _original(path: str) -> str:
    """Return where Docusaurus keeps the original of the translation at *path*, from which the language is taken out."""
    found = DOCUSAURUS.fullmatch(path)
    if found is None:
        return path
    kind, rest = found["kind"], found["rest"]
    if kind == "docs":
        kind, rest = (
            ("docs", rest.removeprefix("current/")) if rest.startswith("current/") else ("versioned_docs", rest)
        )
    return f"{found['before']}{'src/pages' if kind == 'pages' else kind}/{rest}"


SAMPLE = 2_000  # characters of a body
PROSE = 6_000  # characters of a body with more than one script; its first pages may be all commands
IN_ITS_LANGUAGE = 0.15  # the least share of a language's commonest words; copy in it has twice as many
CLEARLY = 1.5  # times as much prose as the title's language has
NAMES = 3  # times as many Latin letters as prose are too much to be names and commands in it
CODE = re.compile(r"<(?P<tag>pre|code)\b.*?</(?P=tag)>", re.DOTALL)
MARKUP = re.compile(r"<[^<>]{0,2000}>")


def prose_of(paragraph: Paragraph) -> str:
    """Return the words of *paragraph* outside of code."""
    html = paragraph.html
    if html.startswith("<pre"):
        return ""
    return MARKUP.sub(" ", CODE.sub(" ", html)) if "<code" in html or "<pre" in html else paragraph.text


def prose_in(draft: Draft, script: str | None) -> Iterator[str]:
    """Yield the prose of the first paragraphs that may be in *script*; None for every script."""
    length = 0
    for paragraph in draft.paragraphs:
        if length > SAMPLE:
            return
        text = prose_of(paragraph)
        if script is None or tell_script(text) in (script, None) or (script == "Han" and tell_script(text) == "kana"):
            length += len(text)
            yield text


def sample_of(draft: Draft) -> str:
    """Return the beginning of the prose; of a draft without prose, the headlines."""
    return "\n".join(prose_in(draft, None))[:SAMPLE].strip() or "\n".join(headline.text for headline in draft.headlines)


def language_of_body(draft: Draft, languages: Sequence[str], *, title: str | None) -> str | None:
    """Return which of *languages* the body is in; the title's, if the body does not clearly say another one.

    Each paragraph counts for its language with its letters. One in Latin letters counts only if it has the common words
    of a language, because commands and lists of names have none.

    title: the language of the title, None if the title does not tell it.
    source: 7,900 posts of six public sites in Chinese that quote much English and code.
    """
    letters, latin, left = Counter[str](), 0, PROSE
    for paragraph in draft.paragraphs:
        text = prose_of(paragraph)[:left]
        script, weight = weigh(text)
        if script is None:
            continue
        left -= len(text)
        latin += weight if script == "Latin" else 0
        language = tell_in_script(text, script, languages)
        if language and (script != "Latin" or _is_prose(text, language)):
            letters[language] += weight
    best = max(letters, key=letters.__getitem__, default=title)
    if best is None or best == title or letters[best] <= CLEARLY * letters[title or ""]:
        return title
    return best if not is_foreign("Latin", [best]) or letters[best] * NAMES >= latin else title


def _is_prose(text: str, language: str) -> bool:
    return base(language) not in WORDS or share_of_words(text, language) >= IN_ITS_LANGUAGE
