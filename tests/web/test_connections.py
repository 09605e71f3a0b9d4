"""Tests of web/connections.py: how many connections one address may have."""

from models.access.people import ANONYMOUS
from web.connections import Connection, Connections


async def drop(_message) -> None:
    pass


def test_the_addresses_of_one_network_of_ipv6_share_a_limit_and_give_their_places_back(monkeypatch):
    monkeypatch.setenv("CONNECTIONS_PER_ADDRESS", "2")
    known = Connections()
    one, two, three, other = (
        Connection(address, ANONYMOUS, drop, feed=False)
        for address in ("2001:db8:1:2::7", "2001:db8:1:2::8", "2001:db8:1:2::9", "2001:db8:1:3::7")
    )
    assert known.admit(one) and known.admit(two) and known.admit(other)
    assert not known.admit(three)
    known.leave(one)
    assert known.admit(three)
    for each in (two, three, other):
        known.leave(each)
    assert not known.of_address and not known.open
