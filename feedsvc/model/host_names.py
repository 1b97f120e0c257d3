"""Names of hosts: in ASCII, as browsers ask for them, and whether they can be somebody's own."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, unquote

import idna

# Nobody can own these, nor names below them. source: RFC 2606; RFC 6761, section 6; RFC 6762, section 3
EXAMPLES = ("example.org", "example.com", "example.net", "example", "test", "invalid")
OF_A_NETWORK = ("localhost", "local")


def in_ascii(parts: SplitResult) -> SplitResult:
    """Return the parts of an address with the name of its host in ASCII: "xn--strae-oqa.example" for "straße.example".

    Names that only the stricter rules of IDNA 2008 refuse, such as signs and pictures, are registered and linked, so
    they stay names.

    raises: ValueError if no host can have such a name.
    source: UTS 46, section 4, non-transitional; WHATWG URL, "domain to ASCII".
    """
    host = parts.hostname or ""
    if host.isascii() and "%" not in host:
        return parts
    mapped = idna.uts46_remap(unquote(host), std3_rules=False)
    labels = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in mapped.split(".")]
    name = ".".join(labels)
    if not name.isprintable() or not set("/?#@:[]\\<>%^|").isdisjoint(name) or " " in name:
        raise ValueError(f"no host can be named {host!r}")
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port is not None else ""
    return parts._replace(netloc=f"{user}{at}{name}{port}")


def is_domain(host: str) -> bool:
    """Return whether *host* is a name that can be somebody's for good: no IP address, and none of one network."""
    try:
        ip_address(host)
    except ValueError:
        return "." in host and not _is_below(host, OF_A_NETWORK)
    return False


def is_example(name: str) -> bool:
    """Return whether *name* is for examples, so that it never is anybody's."""
    return _is_below(name, EXAMPLES)


def _is_below(name: str, domains: tuple[str, ...]) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)
