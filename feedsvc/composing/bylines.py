"""Turn bylines into credits: the same person's name in several languages is one credit."""

from __future__ import annotations

from collections.abc import Sequence

from feedsvc.composing.dating import dateline_of
from feedsvc.content import clean_text
from feedsvc.model.articles import Credit, Text
from feedsvc.model.drafts import Byline, Draft, Role
from feedsvc.scripts import match_language, tell_language


def credits_of(drafts: Sequence[Draft], languages: Sequence[str]) -> tuple[Credit, ...]:
    """Return the credits of an article, role by role in the order found.

    Names are paired over languages by their order where each language names as many people; a reporter whom only the
    dateline names is an author.
    """
    roles: dict[Role, dict[str, list[str]]] = {}
    for draft in drafts:
        for byline in draft.bylines:
            _add(roles, byline.role, _language(byline, languages), byline.name)
    for draft in drafts:
        for dateline in draft.datelines:
            if not dateline.reporter:
                continue
            language = match_language(dateline.language, languages) or languages[0]
            if language not in roles.get("author", {}) and dateline_of(draft, language) == dateline:
                for name in dateline.reporter.replace("，", "、").split("、"):
                    _add(roles, "author", language, name)
    return tuple([credit for role, names in roles.items() for credit in _paired(role, names, languages)])


def _add(roles: dict[Role, dict[str, list[str]]], role: Role, language: str, name: str) -> None:
    clean = clean_text(name)[0]
    names = roles.setdefault(role, {}).setdefault(language, [])
    if clean and clean not in names:
        names.append(clean)


def _paired(role: Role, names: dict[str, list[str]], languages: Sequence[str]) -> list[Credit]:
    ordered = [language for language in languages if names.get(language)]
    if len(ordered) > 1 and len({len(names[language]) for language in ordered}) == 1:
        return [
            Credit(name=Text(items=tuple(zip(ordered, people, strict=True))), role=role)
            for people in zip(*[names[language] for language in ordered], strict=True)
        ]
    return [Credit(name=Text(items=((language, name),)), role=role) for language in ordered for name in names[language]]


def _language(byline: Byline, languages: Sequence[str]) -> str:
    declared = match_language(byline.language, languages) if byline.language else None
    return declared or tell_language(byline.name, languages) or languages[0]
