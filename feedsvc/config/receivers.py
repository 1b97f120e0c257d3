"""Read the tables of the receivers that are told of each edition, and the secrets that they share with the service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feedsvc.config.tables import Tables

KINDS = ("websub", "webhook", "indexnow", "fastly", "cloudflare")
PURGING = frozenset({"fastly", "cloudflare"})
MOST = 20  # each has a thread
LONGEST_DELAY_S = 3600
# Where requests of a kind go, if the table names no other address.
ADDRESSES = {
    "indexnow": "https://api.indexnow.org/indexnow",
    "fastly": "https://api.fastly.com",
    "cloudflare": "https://api.cloudflare.com",
}
PATHS = {"fastly": "/service/{service}/purge", "cloudflare": "/client/v4/zones/{service}/purge_cache"}
PLAIN = re.compile(r"[A-Za-z0-9._~:/?\[\]@!&'()*+,;=%-]+")  # of an address, also for nginx and the header Link
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SERVICE = re.compile(r"[A-Za-z0-9]{1,64}")
KEY = re.compile(r"[A-Za-z0-9-]{8,128}")  # source: indexnow.org, documentation
SECRET = re.compile(r"[!-~]{16,1000}")
# The keys that only some kinds have.
OWN = {
    "websub": (),
    "webhook": ("secret",),
    "indexnow": ("key",),
    "fastly": ("service", "secret"),
    "cloudflare": ("service", "secret"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """One table of [[receivers]].

    url:     that requests go to, for a content delivery network with the path of its service.
    secret:  signs the requests of a webhook, and opens the interface of a content delivery network.
    key:     of the site at search engines (IndexNow); everybody may read it.
    delay_s: between an edition and its delivery.
    may_be_private: the host of *url* may be on a private network.
    """

    name: str
    kind: str
    url: str
    secret: str = field(default="", repr=False)
    key: str = ""
    delay_s: int = 0
    may_be_private: bool = False

    @property
    def host(self) -> str:
        """Return all of the address that may be told: its path and query may open a door."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


def read_receivers(check: Tables, tables: object, environ: Mapping[str, str], *, root: Path) -> tuple[Receiver, ...]:
    """Return the receivers that *tables* describe; *check* collects the faults.

    root: of the paths of secrets.
    """
    if not isinstance(tables, list) or len(tables) > MOST:
        check.fault(check.main, "receivers", f"must be at most {MOST} tables: write [[receivers]] above each")
        return ()
    found: list[Receiver] = []
    # Feeds are asked for by whoever is told of them, and a network that keeps copies needs a moment to drop the old.
    delay_s = int(any(isinstance(table, dict) and table.get("kind") in PURGING for table in tables))
    for number, table in enumerate(tables, 1):
        place = f"receivers[{number}]"
        if not isinstance(table, dict) or "name" not in table or "kind" not in table:
            check.fault(check.main, place, "must be a table with a name and a kind")
            continue
        name = check.string(table, "name", "", place=place)
        if not NAME.fullmatch(name) or name in {other.name for other in found}:
            check.fault(check.main, f"{place}.name", f"must be a slug that no other receiver has, not {name!r}")
        kind = check.choice(table, "kind", KINDS[0], KINDS, place=place)
        if kind not in KINDS:
            continue
        for key in (key for key in ("service", "secret", "key") if key in table and key not in OWN[kind]):
            check.fault(check.main, f"{place}.{key}", f"is of no use to a receiver of the kind {kind}; remove it")
        found.append(
            Receiver(
                name=name,
                kind=kind,
                url=_address(check, table, kind, place=place),
                secret=_secret(check, table, environ, root=root, place=place) if "secret" in OWN[kind] else "",
                key=_key(check, table, place=place) if kind == "indexnow" else "",
                delay_s=_delay_s(check, table, 0 if kind in PURGING else delay_s, place=place),
                may_be_private=_switch(check, table, "private_network", place=place),
            )
        )
    return tuple(found)


def _address(check: Tables, table: dict[str, Any], kind: str, *, place: str) -> str:
    url = check.string(table, "url", ADDRESSES.get(kind, ""), place=place)
    if not _is_address(url):
        message = "must be the address that requests are posted to, such as https://hub.example.net/"
        check.fault(check.main, f"{place}.url", message)
    if kind not in PURGING:
        return url
    service = check.string(table, "service", "", place=place)
    if not SERVICE.fullmatch(service):
        what = "the id of the service" if kind == "fastly" else "the id of the zone"
        check.fault(check.main, f"{place}.service", f"must be {what}, letters and digits, not {service!r}")
    return url.rstrip("/") + PATHS[kind].format(service=service)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_plain = PLAIN.fullmatch(url) is not None and "@" not in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_plain and port != 0


def _secret(check: Tables, table: dict[str, Any], environ: Mapping[str, str], *, root: Path, place: str) -> str:
    """Return the secret, which stands in a variable of the environment, in a file, or in the table itself."""
    value, where = table.get("secret"), "it"
    if isinstance(value, dict) and len(value) == 1:
        ((kind, name),) = value.items()
        if kind == "env" and isinstance(name, str):
            value, where = environ.get(name, ""), f"the variable {name}"
        elif kind == "file" and isinstance(name, str):
            where = str(root / name)
            try:
                value = (root / name).read_text(encoding="ascii").strip()
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or "it is no ASCII text"
                check.fault(check.main, f"{place}.secret", f"{where} cannot be read: {why}; write the secret into it")
                return ""
    if not isinstance(value, str):
        message = 'must be { env = "NAME" } for a variable, { file = "PATH" } for a file, or the secret in quotes'
        check.fault(check.main, f"{place}.secret", message)
        return ""
    if not SECRET.fullmatch(value):
        cure = "`openssl rand -hex 24` makes one"
        message = f"{where} must have 16 or more letters, digits and signs of ASCII without spaces; {cure}"
        check.fault(check.main, f"{place}.secret", message)
    return value


def _key(check: Tables, table: dict[str, Any], *, place: str) -> str:
    key = check.string(table, "key", "", place=place)
    if not KEY.fullmatch(key):
        message = f"must be 8 to 128 letters, digits and hyphens, not {key!r}; `openssl rand -hex 16` makes one"
        check.fault(check.main, f"{place}.key", message)
    return key


def _delay_s(check: Tables, table: dict[str, Any], default: int, *, place: str) -> int:
    delay_s = check.number(table, "delay_s", default, 0, place=place)
    if delay_s > LONGEST_DELAY_S:
        check.fault(check.main, f"{place}.delay_s", f"must be at most {LONGEST_DELAY_S}, not {delay_s}")
    return delay_s


def _switch(check: Tables, table: dict[str, Any], key: str, *, place: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        check.fault(check.main, f"{place}.{key}", f"must be true or false without quotes, not {value!r}")
        return False
    return value
