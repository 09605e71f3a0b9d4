"""When a certificate is renewed, and how a fingerprint is written."""

from datetime import datetime, timedelta, timezone
from ipaddress import ip_network

import pytest

from models.certificates import LOCAL_NETWORKS, RENEWAL, is_due, is_permitted, written

NOW = datetime(2026, 11, 26, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (RENEWAL + timedelta(seconds=1), False),
        (RENEWAL, False),
        (RENEWAL - timedelta(seconds=1), True),
        (timedelta(days=-400), True),
    ],
)
def test_a_certificate_is_renewed_thirty_days_before_its_end(left, due):
    assert is_due(NOW + left, NOW) is due


@pytest.mark.parametrize(
    ("address", "permitted"),
    [("192.168.1.7", True), ("10.3.0.1", True), ("172.31.9.9", True), ("172.32.0.1", False),
     ("203.113.1.1", False), ("::1", True), ("fe80::1", True), ("2001:db8::1", False)],
)  # fmt: skip
def test_an_authority_of_ones_own_is_for_local_networks(address, permitted):
    assert is_permitted(address, LOCAL_NETWORKS) is permitted
    assert not is_permitted(address, [ip_network("198.51.100.0/24")])


def test_a_fingerprint_is_written_as_telephones_write_it():
    assert written(bytes([0, 10, 255])) == "00:0A:FF"
