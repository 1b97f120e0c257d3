"""Read the tables of partners.toml: which partner gets which articles, in which profile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from feedsvc.config.selections import KEYS as OF_SELECTIONS
from feedsvc.config.selections import read_selection
from feedsvc.config.settings import Partner, Settings
from feedsvc.config.tables import SLUG, Tables, meant_key
from feedsvc.model.errors import SettingsError
from feedsvc.model.selection import Selection

FILE = "partners.toml"
# One module of feedsvc/feeds/partners/ each.
PROFILES = ("applenews", "flipboard", "msn", "newsbreak", "plain", "smartnews", "yahoo")
KEYS = ("profile", "language", "limit", "title", "description", *OF_SELECTIONS)
MOST_PARTNERS = 50
LIMIT = 30


def read_partners(
    check: Tables,
    tables: Mapping[str, Any],
    *,
    languages: tuple[str, ...],
    categories: Collection[str],
    sources: Collection[str],
) -> tuple[Partner, ...]:
    """Return the partners in the order of the file; *check* collects faults.

    languages: of the site. categories, sources: the slugs and names that the configuration has.
    """
    file = check.folder / FILE
    if len(tables) > MOST_PARTNERS:
        check.faults.append(
            f"{file}: has {len(tables)} partners; each pass renders all, so {MOST_PARTNERS} are the most"
        )
    found = []
    for name, table in tables.items():
        if not SLUG.fullmatch(name):
            check.fault(file, name, "must be lower-case letters, digits and hyphens: it is part of the feed's address")
        if not isinstance(table, dict):
            check.fault(file, name, f"must be a table with a profile: [{name}]")
            continue
        check.unknown(file, name, table, KEYS)
        language = _chosen(
            check, file, f"{name}.language", table.get("language", languages[0]), languages, "site.languages are"
        )
        texts = {
            key: check.text(file, f"{name}.{key}", table[key], languages).best(language)[1]
            for key in ("title", "description")
            if key in table
        }
        found.append(
            Partner(
                name=name,
                profile=_chosen(check, file, f"{name}.profile", table.get("profile"), PROFILES, "feedsvc has"),
                language=language,
                limit=check.number(table, "limit", LIMIT, 1, place=name, file=file),
                selection=read_selection(check, file, name, table, categories=categories, sources=sources),
                **texts,
            )
        )
    return tuple(found)


def chosen_partner(settings: Settings, name: str) -> Partner:
    """Return the partner with that name, else a partner of the profile with that name, who gets all articles.

    raises: SettingsError.
    """
    if found := next((partner for partner in settings.partners if partner.name == name), None):
        return found
    if name in PROFILES:
        language = settings.site.languages[0]
        return Partner(name=name, profile=name, language=language, limit=LIMIT, selection=Selection())
    known = [*(partner.name for partner in settings.partners), *PROFILES]
    listed = ", ".join(dict.fromkeys(known))
    told = f"{name!r} is neither a partner nor a profile{meant_key(name, known)}; there are {listed}"
    raise SettingsError([f"{settings.folder / FILE}: {told}"])


def _chosen(check: Tables, file: Path, key: str, value: object, known: tuple[str, ...], those: str) -> str:
    if value in known:
        return str(value)
    listed = ", ".join(known)
    if value is None:
        check.fault(file, key, f"is missing; {those} {listed}")
    else:
        meant = meant_key(value, known) if isinstance(value, str) else ""
        check.fault(file, key, f"{value!r} is none of them{meant}; {those} {listed}")
    return known[0]
