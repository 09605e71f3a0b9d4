"""Certificates: how long they hold, when one is renewed, and which names one may vouch for."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

AUTHORITY_LIFETIME = timedelta(days=3650)
# Apple takes none that holds for longer than 825 days, Chrome warns from 398 on.
LIFETIME = timedelta(days=397)
RENEWAL = timedelta(days=30)  # before the end
# A machine's clock may be a little behind the one that a certificate was made by.
TOLERANCE = timedelta(days=1)

Network = IPv4Network | IPv6Network

LOCAL_NAMES = ("localhost", "local", "lan", "internal", "home.arpa")
"""The names that an authority of the installation's own vouches for, with all below them, besides
the machine's."""

LOCAL_NETWORKS: tuple[Network, ...] = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
         "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10"),
    )
)  # fmt: skip


def is_due(ends: datetime, now: datetime) -> bool:
    """Whether a certificate that holds until `ends` is renewed at `now` (both aware UTC)."""
    return ends - now < RENEWAL


def is_address(name: str) -> bool:
    """Whether a name by which the machine is reached is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_permitted(address: str, networks: Iterable[Network]) -> bool:
    """Whether an IP address lies in one of the networks."""
    own = ip_address(address)
    return any(own.version == one.version and own in one for one in networks)


def written(fingerprint: bytes) -> str:
    """A fingerprint as telephones and Windows show it: `4F:0A:…`."""
    return fingerprint.hex(":").upper()
