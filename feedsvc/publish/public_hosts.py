"""Connect to hosts of the public internet only: the address that was checked is the one that is connected to."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from feedsvc.model.errors import PrivateHostError

MOST_ADDRESSES = 2  # of a host that are tried
NAT64 = IPv6Network("64:ff9b::/96")  # source: RFC 6052, section 2.1


def is_public(address: str) -> bool:
    """Return whether an IP *address* is of the public internet; one that holds an IPv4 address counts as that."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else found.ipv4_mapped or found.sixtofour
        found = inner or found
    return found.is_global and not found.is_multicast


def connect(host: str, port: int, *, may_be_private: bool, timeout_s: float) -> socket.socket:
    """Return a socket that is connected to a checked address of *host*, so that no second look-up finds another.

    may_be_private: the host may be on a private network.
    timeout_s:      of each address that is tried.
    raises: PrivateHostError, OSError.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = [each for each in found if may_be_private or is_public(str(each[4][0]))]
    if not allowed:
        raise PrivateHostError(f"{host} is {found[0][4][0]}, which is on a private network")
    last: OSError | None = None
    for family, kind, protocol, _, address in allowed[:MOST_ADDRESSES]:
        tried = socket.socket(family, kind, protocol)
        tried.settimeout(timeout_s)
        try:
            tried.connect(address)
        except OSError as error:
            tried.close()
            last = error
        else:
            return tried
    raise last or OSError
