"""Write the names of hosts in ASCII, as browsers ask for them."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote

import idna


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
