"""The shipped nginx configuration before two processes on loopback, as a process of the tests' own,
with a self-signed certificate.
"""

import http.client
import os
import shutil
import ssl
import subprocess
import time
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from string import Template

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.serving import ROOT, STARTS_WITHIN, Answer, Server, ask, free_port

SHIPPED = ROOT / "deploy" / "nginx.conf"
MISSING = "nginx is missing: sudo apt-get install nginx-light (or `make test`, which tries to)"
VARIABLES = (
    "PUBLIC_NAME",
    "HTTP_PORT",
    "HTTPS_PORT",
    "TLS_CERTIFICATE",
    "TLS_KEY",
    "APPLICATION_A",
    "APPLICATION_B",
    "RUN",
)

# As the certificate is our own: any is believed.
TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname = False
TRUSTING.verify_mode = ssl.CERT_NONE


class Process(Server):
    """One of several processes behind the proxy, with the name that the proxy knows it by."""

    def __init__(self, name: str, database: str, log: Path) -> None:
        super().__init__(database, log, PROCESS_NAME=name, TRUSTED_PROXIES="127.0.0.1")
        self.name = name


class Proxy:
    """nginx with the shipped file. `config` may be changed before the start."""

    def __init__(self, folder: Path, first: Server, second: Server) -> None:
        self.folder = folder
        self.port, self.plain_port = free_port(), free_port()
        self.way = "san_sang_way"  # the cookie that keeps a visitor to a process
        certificate, key = self_signed(folder)
        facts = (
            f"127.0.0.1:{self.port}",
            f"127.0.0.1:{self.plain_port}",
            f"127.0.0.1:{self.port}",
            certificate,
            key,
        )
        self.values = dict(zip(VARIABLES, (*facts, first.host, second.host, folder)))
        self.config = _Filled(SHIPPED.read_text(encoding="utf-8")).substitute(self.values)
        self.process: subprocess.Popen | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"https://{self.host}"

    def start(self) -> "Proxy":
        program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
        if program is None:
            pytest.fail(MISSING, pytrace=False)
        file = self.folder / "nginx.conf"
        file.write_text(self.config, encoding="utf-8")
        user = (
            "user root;" if os.geteuid() == 0 else ""
        )  # its workers have to reach the tests' own folder
        asked = [program, "-p", str(self.folder), "-c", str(file), "-g", f"daemon off; {user}"]
        with (self.folder / "stderr.log").open("ab") as said:
            self.process = subprocess.Popen(asked, stdout=said, stderr=said)
        until = time.monotonic() + STARTS_WITHIN
        while not self._listens():
            assert self.process.poll() is None and time.monotonic() < until, self.log
            time.sleep(0.05)
        return self

    def _listens(self) -> bool:
        try:
            self.ask("/metrics")
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=10)

    @property
    def log(self) -> str:
        """Everything that it wrote, wherever."""
        return "\n".join(
            file.read_text(encoding="utf-8", errors="replace")
            for file in sorted(self.folder.glob("*.log"))
        )

    def served_by(self) -> list[str]:
        """The processes that answered, in order, by the log of the answers. Sockets (101) are left
        out: they are logged at their end, among the requests of whoever comes later.
        """
        return [
            line.rpartition(" by ")[2]
            for line in (self.folder / "access.log").read_text(encoding="utf-8").splitlines()
            if " 101 " not in line
        ]

    def ask(self, path: str, *, plain: bool = False, **options) -> Answer:
        """One request, as `serving.ask` makes it: with TLS, or to the port without."""
        if plain:
            return ask(
                http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=20),
                path,
                **options,
            )
        return ask(
            http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=TRUSTING),
            path,
            **options,
        )


class _Filled(Template):
    """Only `${NAME}`; nginx has variables of its own that begin with `$`."""

    pattern = r"\$\{(?P<braced>[A-Z_]+)\}|(?P<escaped>(?!))|(?P<named>(?!))|(?P<invalid>(?!))"


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "san-sang tests")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    secret.write_bytes(key.private_bytes(*plain))
    return certificate, secret
