"""Make addresses absolute, and write them as every reader can follow them."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from feedsvc.model.host_names import in_ascii
from feedsvc.text.characters import strip_unwanted

WEB = frozenset({"http", "https"})
IGNORED = re.compile(r"[\t\n\r]")
NOT_IN_A_URL = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]")


def absolute_url(url: str, *, base: str) -> str | None:
    """Return *url* as an absolute http or https address, None when it is none, or only a place on the same page."""
    if url.lstrip().startswith("#"):
        return None
    return absolute_address(url, base=base, schemes=WEB)


def absolute_address(url: str, *, base: str, schemes: frozenset[str]) -> str | None:
    """Return *url* as an absolute address with one of *schemes*, None when it is none.

    Characters that browsers ignore are left out, those that no address may hold are percent-encoded, a host in another
    script is written as its ASCII name.

    source: RFC 3986, section 2; WHATWG URL.
    """
    written = IGNORED.sub("", strip_unwanted(url)[0]).strip()
    if not written:
        return None
    try:
        stated = urlsplit(written)
        if stated.scheme in WEB and not stated.netloc:
            return None  # "https://" without a host: joined, it would lead to the article itself
        joined = urljoin(base, written)
        parts = urlsplit(joined)
        _ = parts.port  # raises ValueError if it is no port
        if parts.scheme in WEB:
            named = in_ascii(parts)
            joined = joined if named == parts else urlunsplit(named)
    except ValueError:
        return None
    if parts.scheme not in schemes or (parts.scheme in WEB and not parts.hostname):
        return None
    return NOT_IN_A_URL.sub(lambda found: quote(found[0]), joined)
