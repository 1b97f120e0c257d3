"""The categories of an article: what its documents name, or their folders, or its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from feedsvc.articles.related import fold_title
from feedsvc.config.settings import Settings
from feedsvc.model.draft import Draft, Subject
from feedsvc.model.feed import Category
from feedsvc.text.characters import clean_text

# Of an article: a pass renders the feeds of each, in every language and format. 300 articles in 300 categories each
# took 17 minutes and 692 MB.
MOST_CATEGORIES = 32
MOST_SUBJECTS = 30  # of a document that become tags: agencies name each place and each firm


def categories_of(drafts: Sequence[Draft], settings: Settings) -> tuple[str, ...]:
    """Return the categories that documents name, else those of their outermost known folders, else the source's."""
    slugs = _slugs(settings.categories)
    named: dict[str, None] = {}
    folders: list[str] = []
    for draft in drafts:
        own = [slug for name in draft.categories if (slug := slugs.get(fold_title(name.text)))]
        own += [slug for subject in draft.subjects if (slug := _category_of(subject, settings))]
        named |= dict.fromkeys(own)
        if not own:
            folders += _folder_of(draft, slugs)
    if found := dict.fromkeys((*named, *folders)):
        return tuple(islice(found, MOST_CATEGORIES))
    default = next((source.category for source in settings.sources if source.name == drafts[0].source), None)
    return (default or settings.sources[0].category,)


def tags_of(drafts: Sequence[Draft], settings: Settings) -> tuple[str, ...]:
    """Return the tags of documents, and the subjects that the configuration makes no categories of."""
    tags = [clean_text(tag.text)[0] for draft in drafts for tag in draft.tags]
    for draft in drafts:
        others = [subject.label for subject in draft.subjects if not _category_of(subject, settings)]
        tags += [clean_text(label)[0] for label in others if label][:MOST_SUBJECTS]
    return tuple(dict.fromkeys(tags))


def _category_of(subject: Subject, settings: Settings) -> str | None:
    """Return the slug of the category that the configuration makes of *subject*: that of its surest known name."""
    slugs = _slugs_of_subjects(settings.categories)
    return next((slug for name in subject.names if (slug := slugs.get(fold_title(name)))), None) if slugs else None


def _folder_of(draft: Draft, slugs: Mapping[str, str]) -> list[str]:
    """Return the outermost folder of *draft* that is a category, if there is one."""
    return [folder for folder in draft.path.split("/")[:-1] if folder in slugs.values()][:1]


def unused_categories(drafts: Sequence[Draft], settings: Settings) -> Iterator[tuple[Draft, str, int | None]]:
    """Yield a draft, the reason and an offset for categories that do not count: unknown ones, and too many."""
    slugs = _slugs(settings.categories)
    found: dict[str, None] = {}
    unknown, is_told = 0, False
    folders: list[tuple[Draft, str]] = []
    for draft in drafts:
        if not any(fold_title(name.text) in slugs for name in draft.categories):
            folders += [(draft, folder) for folder in _folder_of(draft, slugs)]
        for name in draft.categories:
            slug = slugs.get(fold_title(name.text))
            if slug is None:
                unknown += 1
                if unknown <= MOST_CATEGORIES:
                    yield draft, f"category {name.text!r} is not in categories.toml", name.span.start
                continue
            found[slug] = None
            if len(found) > MOST_CATEGORIES and not is_told:
                is_told = True
                reason = f"names more than {MOST_CATEGORIES} categories; from {name.text!r} on they are left out"
                yield (
                    draft,
                    f"{reason}; name the {MOST_CATEGORIES} that matter, and make tags of the others",
                    name.span.start,
                )
    for draft, folder in folders:
        if folder not in found and len(found) >= MOST_CATEGORIES:
            reason = f"its folder {folder!r} is left out of the categories, for its article names {MOST_CATEGORIES}"
            yield draft, f"{reason}; name fewer, or name {folder!r} first", None
        found[folder] = None


def _slugs_by_name(categories: tuple[Category, ...]) -> Mapping[str, str]:
    """Return the slug by each name of a category, folded: the slug itself, or a title in any language."""
    slugs: dict[str, str] = {}
    for category in categories:
        for name in (category.slug, *(title for _, title in category.title.items)):
            slugs.setdefault(fold_title(name), category.slug)
    return slugs


def _slugs_by_subject(categories: tuple[Category, ...]) -> Mapping[str, str]:
    """Return the slug of a category by each subject of agencies that the configuration gives it, folded."""
    return {fold_title(subject): category.slug for category in categories for subject in category.subjects}


class _OfTheLast:
    """What is made of categories, kept for those that were asked for last.

    They are known again as the same object: to compare a thousand takes longer than to read an article.
    """

    def __init__(self, make: Callable[[tuple[Category, ...]], Mapping[str, str]]) -> None:
        self._make = make
        self._last: tuple[tuple[Category, ...], Mapping[str, str]] = ((), make(()))

    def __call__(self, categories: tuple[Category, ...]) -> Mapping[str, str]:
        asked, made = self._last
        if asked is not categories:
            made = self._make(categories)
            self._last = (categories, made)
        return made


_slugs = _OfTheLast(_slugs_by_name)
_slugs_of_subjects = _OfTheLast(_slugs_by_subject)
