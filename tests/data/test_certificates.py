"""The own authority and its certificate, by other programs' verdict; a certificate by setting."""

import hashlib
import os
import stat
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from data import certificates
from data.certificates import Served
from models.certificates import AUTHORITY_LIFETIME, LIFETIME, is_address
from models.refusals import Refusal

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=timezone.utc)
NAMES = ("localhost", "192.168.1.7", "may-chu", "may-chu.local", "127.0.0.1", "::1", "203.113.1.1")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Where the files lie: next to a database."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{(tmp_path / 'a.db').as_posix()}")
    monkeypatch.delenv("TLS_CERTIFICATE", raising=False)
    monkeypatch.delenv("TLS_KEY", raising=False)
    return tmp_path / "tls"


def own(now: datetime = NOW, names: tuple[str, ...] = NAMES) -> Served:
    return certificates.own(names, now=now, port=8501, plain_port=8502)


def leaf(served: Served) -> x509.Certificate:
    return x509.load_pem_x509_certificate(served.certificate.read_bytes())


def verified(served: Served, name: str, *, at: datetime = NOW, by: Served | None = None) -> int:
    """How long the chain is that a strict verifier finds; raises VerificationError."""
    subject = x509.IPAddress(ip_address(name)) if is_address(name) else x509.DNSName(name)
    store = Store([x509.load_der_x509_certificate((by or served).authority)])
    policy = PolicyBuilder().store(store).time(at.replace(tzinfo=None))
    return len(policy.build_server_verifier(subject).verify(leaf(served), []))


@pytest.mark.parametrize("name", NAMES)
def test_a_device_that_trusts_the_authority_trusts_the_server_by_each_of_its_names(name):
    assert verified(own(), name) == 2


def test_no_other_name_and_no_other_authority_is_trusted(tmp_path, monkeypatch):
    served = own()
    for other in ("www.chinhphu.vn", "192.168.1.8"):
        with pytest.raises(VerificationError):
            verified(served, other)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{(tmp_path / 'other' / 'a.db').as_posix()}")
    with pytest.raises(VerificationError):
        verified(served, "localhost", by=own())


@pytest.mark.parametrize(("name", "trusted"), [("www.chinhphu.vn", False), ("may-chu", True)])
def test_the_authority_vouches_for_no_site_of_the_internet(name, trusted, monkeypatch):
    """Who stole its key could make such a certificate; no device would take it."""
    own()
    assert x509.DNSName("www.chinhphu.vn") not in names_of(own(names=("127.0.0.1", name)))
    monkeypatch.setattr(certificates, "_vouched", lambda *_: [x509.DNSName(name)])
    (certificates.own_folder() / certificates.SERVER).unlink()
    forged = own()
    if trusted:  # the control
        assert verified(forged, name) == 2
    else:
        with pytest.raises(VerificationError, match="name constraint"):
            verified(forged, name)


def names_of(served: Served) -> list[x509.GeneralName]:
    return list(leaf(served).extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def test_the_next_start_shows_the_same_and_the_fingerprint_is_the_files():
    first, second = own(), own(NOW + DAY)
    assert (first, leaf(first)) == (second, leaf(second))
    assert first.fingerprint.replace(":", "").lower() == hashlib.sha256(first.authority).hexdigest()
    assert first.trust_address() == "http://192.168.1.7:8502/trust"


def test_the_certificate_is_renewed_before_its_end_and_the_authority_stays():
    first = own()
    before = leaf(first)
    almost = before.not_valid_after_utc - 31 * DAY
    assert leaf(own(almost)) == before
    renewed = own(almost + 2 * DAY)
    assert leaf(renewed) != before
    assert leaf(renewed).not_valid_after_utc == almost + 2 * DAY + LIFETIME
    assert renewed.authority == first.authority
    assert verified(renewed, "may-chu.local", at=almost + 3 * DAY) == 2


def test_a_new_address_of_the_machine_is_a_new_certificate_and_one_less_is_none():
    first = own()
    before = leaf(first)
    assert leaf(own(names=NAMES[:3])) == before
    moved = own(names=("localhost", "10.42.0.1"))
    assert leaf(moved) != before and moved.authority == first.authority
    assert verified(moved, "10.42.0.1") == 2


def test_an_authority_that_ends_is_followed_by_another_and_its_certificate():
    first = own()
    late = NOW + AUTHORITY_LIFETIME - 40 * DAY
    assert leaf(own(late)).not_valid_after_utc == NOW + AUTHORITY_LIFETIME  # not beyond it
    followed = own(late + 20 * DAY)
    assert followed.authority != first.authority
    assert verified(followed, "localhost", at=late + 20 * DAY) == 2


def test_a_damaged_authority_is_refused_and_a_damaged_certificate_is_made_again(folder):
    first = own()
    (folder / certificates.SERVER).write_bytes(b"nothing")
    assert verified(own(), "localhost") == 2
    assert own().authority == first.authority
    damaged = folder / certificates.AUTHORITY
    damaged.write_bytes(damaged.read_bytes()[:200])
    with pytest.raises(Refusal) as refused:
        own()
    assert (refused.value.code, refused.value.facts["file"]) == (
        "certificate_unreadable", str(damaged),
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="there the folder's owner decides")
def test_keys_are_for_the_servers_own_user_alone(folder):
    own()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"tls": 0o700, "authority.pem": 0o600, "server.pem": 0o600}


def test_a_certificate_by_setting_is_used_with_its_key_and_half_of_it_is_refused(
    folder, monkeypatch, tmp_path
):
    assert certificates.by_setting() is None
    own()
    file, other = folder / "server.pem", folder / "authority.pem"
    monkeypatch.setenv("TLS_CERTIFICATE", str(file))
    assert code_of_setting() == ("certificate_half", "TLS_KEY")
    monkeypatch.setenv("TLS_KEY", str(file))
    assert certificates.by_setting() == Served(file, file)
    locked = tmp_path / "locked.pem"
    key = load_pem_private_key(file.read_bytes(), None)
    with_password = BestAvailableEncryption(b"secret")
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, with_password))
    for wrong in (other, locked, tmp_path / "none.pem", tmp_path):
        monkeypatch.setenv("TLS_KEY", str(wrong))
        assert code_of_setting() == ("certificate_unreadable", str(wrong))


def code_of_setting() -> tuple[str, str]:
    with pytest.raises(Refusal) as refused:
        certificates.by_setting()
    facts = refused.value.facts
    return refused.value.code, facts.get("file") or facts["missing"]
