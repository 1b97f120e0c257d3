"""Read the rights of a site from its settings, and write them as rules for crawlers."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

from feedsvc.config.settings import Rights, Site
from feedsvc.config.site_face import is_web_address, words
from feedsvc.config.tables import Tables

USE = re.compile(r"[a-z][a-z0-9-]{0,39}")
IN_HEADERS = "%/:?#[]@!&'()*+,;=~"  # without "$", which begins a variable in nginx
ADDRESSES = ("license", "rsl", "tdm_policy")


def read_rights(check: Tables, table: dict[str, Any], languages: tuple[str, ...]) -> Rights:
    """Return the rights in the table [rights]; *check* collects the faults."""
    addresses = {key: check.string(table, key, "", place="rights").strip() for key in ADDRESSES}
    for key, address in addresses.items():
        if address and not is_web_address(address):
            message = f"must be a web address that begins with https://, not {address!r}"
            check.fault(check.main, f"rights.{key}", message)
    is_reserved = table.get("tdm_reservation", False)
    if not isinstance(is_reserved, bool):
        check.fault(check.main, "rights.tdm_reservation", f"must be true or false, not {is_reserved!r}")
    return Rights(
        license=addresses["license"],
        usage_terms=words(check, table, "usage_terms", languages, place="rights"),
        rsl=addresses["rsl"],
        usage=_usage(check, table.get("usage", {})),
        tdm_reservation=is_reserved is True or bool(addresses["tdm_policy"]),
        tdm_policy=addresses["tdm_policy"],
    )


def _usage(check: Tables, table: object) -> tuple[tuple[str, str], ...]:
    """Return (use, "y" or "n") of the table *usage*."""
    if not isinstance(table, dict):
        check.fault(check.main, "rights.usage", f"must be a table such as {{ train-ai = false }}, not {table!r}")
        return ()
    for use, value in table.items():
        if not USE.fullmatch(use) or not isinstance(value, bool):
            message = "must be a use in small letters, such as train-ai or search, that is true or false"
            check.fault(check.main, f"rights.usage.{use}", message)
    return tuple((use, "y" if value else "n") for use, value in sorted(table.items()))


def rules_of_rights(site: Site) -> str:
    """Return the lines of robots.txt that tell the rights of *site*, "" if it has none.

    The group is the last one for every crawler: RFC 9309 joins it with others, and parsers that take the first group
    alone lose no rule of crawling.

    source: RSL 1.0, License; draft-ietf-aipref-attach, Content-Usage
    """
    rights = site.rights
    lines = [f"License: {rights.rsl}"] if rights.rsl else []
    if rights.usage:
        usage = ", ".join(f"{use}={value}" for use, value in rights.usage)
        lines += [*([""] if lines else []), "User-agent: *", f"Content-Usage: {usage}"]
    return "".join(f"{line}\n" for line in lines)


def tdm_headers(rights: Rights) -> tuple[tuple[str, str], ...]:
    """Return the headers of every answer that say that the rights of text and data mining are reserved.

    source: TDM Reservation Protocol, W3C Community Group, HTTP header fields
    """
    reserved = (("TDM-Reservation", "1"),) if rights.tdm_reservation else ()
    return (*reserved, ("TDM-Policy", quote(rights.tdm_policy, safe=IN_HEADERS))) if rights.tdm_policy else reserved


def tdm_declaration(site: Site) -> bytes:
    """Return the declaration that the rights of text and data mining are reserved.

    source: TDM Reservation Protocol, W3C Community Group, tdmrep.json
    """
    declared: dict[str, object] = {"location": f"{urlsplit(site.base_url).path}/", "tdm-reservation": 1}
    if site.rights.tdm_policy:
        declared["tdm-policy"] = site.rights.tdm_policy
    return json.dumps([declared]).encode()
