"""The certificate that the server shows: one by setting, or of an authority of its own.

The own authority lies in `tls/` next to the database's file: in no backup, readable by the
server's user alone. It vouches for this machine's names and for local networks, and for nothing
else: who stole its key could not pass for a site of the internet.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from data.storage import database
from data.words import Words
from models.certificates import (
    AUTHORITY_LIFETIME,
    LIFETIME,
    LOCAL_NAMES,
    LOCAL_NETWORKS,
    TOLERANCE,
    is_address,
    is_due,
    is_permitted,
    written,
)
from models.refusals import Refusal

CERTIFICATE, KEY = "TLS_CERTIFICATE", "TLS_KEY"
FOLDER, AUTHORITY, SERVER = "tls", "authority.pem", "server.pem"
COMMON_NAME = "San Sang"  # without accents: telephones list it, and old ones show no others


@dataclass(frozen=True)
class Served:
    """What the server shows: the files of its certificate and key.

    Of an own authority also its `fingerprint` and its certificate (DER), the `names` by which the
    machine is reached, its port, and the one at which it says by plain http how to trust it.
    """

    certificate: Path
    key: Path
    fingerprint: str = ""
    authority: bytes = b""
    names: tuple[str, ...] = ()
    port: int = 0
    plain_port: int = 0

    @property
    def is_own(self) -> bool:
        """Whether it is of an own authority."""
        return bool(self.authority)

    def trust_address(self) -> str:
        """Where another machine learns to trust it, by plain http where that is served."""
        others = [name for name in self.names if is_address(name)]
        name = next((one for one in others if not ip_address(one).is_loopback), self.names[0])
        by = "http" if self.plain_port else "https"
        host = f"[{name}]" if ":" in name else name
        return f"{by}://{host}:{self.plain_port or self.port}/trust"


current: Served | None = None
"""What this process shows; None where it serves plain http, alone or behind a proxy."""


def own_one() -> Served | None:
    """What this process shows, where that is of an own authority, which has to be trusted."""
    return current if current is not None and current.is_own else None


def fingerprint_line(words: Words) -> str:
    """What a wall shows of it; empty where there is nothing to trust."""
    served = own_one()
    return f"{words('trust.fingerprint')} {served.fingerprint}" if served else ""


def by_setting() -> Served | None:
    """The certificate that the settings name; None without them.

    Refuses `certificate_half` where only one of the two is set, and `certificate_unreadable`.
    """
    certificate, key = os.environ.get(CERTIFICATE, ""), os.environ.get(KEY, "")
    if not certificate and not key:
        return None
    if not certificate or not key:
        raise Refusal("certificate_half", missing=KEY if certificate else CERTIFICATE)
    # The server changes its folder before it reads them.
    served = Served(Path(certificate).absolute(), Path(key).absolute())
    _require_pair(served)
    return served


def _require_pair(served: Served) -> None:
    try:
        leaf = x509.load_pem_x509_certificate(served.certificate.read_bytes())
    except (OSError, ValueError) as failure:
        raise _unreadable(served.certificate, failure) from None
    try:
        key = load_pem_private_key(served.key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as failure:  # TypeError: it needs a password
        raise _unreadable(served.key, failure) from None
    if key.public_key() != leaf.public_key():
        raise Refusal("certificate_unreadable", file=str(served.key), why="another key")


def _unreadable(file: Path, failure: Exception) -> Refusal:
    why = (isinstance(failure, OSError) and failure.strerror) or "PEM"
    return Refusal("certificate_unreadable", file=str(file), why=why)


def ends_at(served: Served) -> datetime:
    """Until when the certificate holds (aware UTC)."""
    return x509.load_pem_x509_certificate(served.certificate.read_bytes()).not_valid_after_utc


# --- an authority of the installation's own ------------------------------------------------------


def own(names: Sequence[str], *, now: datetime, port: int, plain_port: int) -> Served:
    """A certificate for the machine's names and addresses by the own authority.

    Makes what is missing or about to end; a certificate also where it lacks one of the names.
    Refuses `certificate_unreadable` where the authority's file is damaged: another one would have
    to be installed on every telephone, which a person decides.
    """
    folder = own_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = _authority(folder / AUTHORITY, names, now)
        _server(folder / SERVER, authority, names, now)
    except OSError as failure:
        raise _unreadable(folder, failure) from None
    file = folder / SERVER
    der = authority.certificate.public_bytes(Encoding.DER)
    print_of = written(authority.certificate.fingerprint(hashes.SHA256()))
    return Served(file, file, print_of, der, tuple(names), port, plain_port)


def own_folder() -> Path:
    """Next to the database's file, else in `var`."""
    file = database.file_of(database.url())
    return (file.parent if file else database.var()) / FOLDER


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey


def _authority(file: Path, names: Sequence[str], now: datetime) -> Pair:
    found = _read(file) if file.exists() else None
    if found is None or is_due(found.certificate.not_valid_after_utc, now):
        found = _made_authority(names, now)
        _write(file, found)
    return found


def _server(file: Path, authority: Pair, names: Sequence[str], now: datetime) -> None:
    """Make the server's certificate again, where it does not hold."""
    try:
        found = _read(file).certificate if file.exists() else None
    except Refusal:
        found = None  # of it nothing is lost
    if found is None or not _holds(found, authority, names, now):
        made = _made_server(authority, names, now)
        _write(file, made, authority.certificate)


def _holds(found: x509.Certificate, authority: Pair, names: Sequence[str], now: datetime) -> bool:
    try:
        found.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, ValueError, TypeError):
        return False
    wanted = _vouched(authority.certificate, names)
    listed = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return not is_due(found.not_valid_after_utc, now) and set(wanted) <= set(listed)


def _read(file: Path) -> Pair:
    """Refuses `certificate_unreadable`."""
    try:
        pem = file.read_bytes()
        key = load_pem_private_key(pem, None)
        certificate = x509.load_pem_x509_certificate(pem)
    except (OSError, ValueError, TypeError) as failure:
        raise _unreadable(file, failure) from None
    if not isinstance(key, EllipticCurvePrivateKey):
        raise Refusal("certificate_unreadable", file=str(file), why="PEM")
    return Pair(certificate, key)


def _write(file: Path, pair: Pair, *above: x509.Certificate) -> None:
    """Key and certificates in one file, which is there whole or not at all; for its owner alone."""
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem = [one.public_bytes(Encoding.PEM) for one in (pair.certificate, *above)]
    trial = file.with_name(f".{file.name}.{os.getpid()}")
    trial.unlink(missing_ok=True)
    descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(b"".join([key, *pem]))
    trial.replace(file)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - TOLERANCE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
              "encipher_only", "decipher_only")  # fmt: skip
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        **dict.fromkeys(others, False),
    )


def _made_authority(names: Sequence[str], now: datetime) -> Pair:
    key = generate_private_key(SECP256R1())
    # The moment sets apart what a telephone may have from two installations.
    name = _named(f"{COMMON_NAME} {now:%d.%m.%Y %H.%M}")
    networks = [*LOCAL_NETWORKS, *(ip_network(one) for one in names if is_address(one))]
    machine = [one for one in names if not is_address(one)]
    permitted = [
        *(x509.DNSName(one) for one in dict.fromkeys([*LOCAL_NAMES, *machine])),
        *(x509.IPAddress(one) for one in dict.fromkeys(networks)),
    ]
    made = (
        _builder(name, name, key, now)
        .not_valid_after(now + AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(made, key)


def _made_server(authority: Pair, names: Sequence[str], now: datetime) -> Pair:
    key, above = generate_private_key(SECP256R1()), authority.certificate
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key())  # type: ignore[arg-type]
    made = (
        _builder(_named(f"{COMMON_NAME} server"), above.subject, key, now)
        .not_valid_after(min(now + LIFETIME, above.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_vouched(above, names)), critical=False)
        .add_extension(authority_key, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Pair(made, key)


def _vouched(
    authority: x509.Certificate, names: Sequence[str]
) -> list[x509.DNSName | x509.IPAddress]:
    """The names that the authority may vouch for; one further would void the certificate."""
    listed = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = listed.permitted_subtrees or []
    domains = [one.value for one in permitted if isinstance(one, x509.DNSName)]
    networks = [ip_network(str(one.value)) for one in permitted if isinstance(one, x509.IPAddress)]
    found: list[x509.DNSName | x509.IPAddress] = []
    for name in names:
        if is_address(name):
            if is_permitted(name, networks):
                found.append(x509.IPAddress(ip_address(name)))
        elif any(name == one or name.endswith(f".{one}") for one in domains):
            found.append(x509.DNSName(name))
    return found
