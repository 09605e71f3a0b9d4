"""`python -m web --https` as a device sees it that trusts the authority, and as one that does
not yet."""

import hashlib
import http.client
import re
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from uvicorn import config

from data import certificates
from data.events.clock import real_now
from data.words import LANGUAGES, catalogue
from models.certificates import LIFETIME, RENEWAL
from tests.serving import Answer, Server, ask, free_port
from web.certificates import names, renewal

pytestmark = pytest.mark.xdist_group("web")


class HttpsServer(Server):
    """A server that is asked by a client which trusts its authority and nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{(folder / 'a.db').as_posix()}", folder / "server.log")
        self.plain_port = free_port()
        self.options = ("--https", "--plain-port", str(self.plain_port))
        self.authority = folder / "tls" / "authority.pem"

    def ask(self, path: str, **options) -> Answer:
        if not self.authority.exists():
            raise ConnectionError("it makes its authority")
        context = ssl.create_default_context(cafile=self.authority)
        client = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        return ask(client, path, **options)

    def ask_plainly(self, path: str, **options) -> Answer:
        client = http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=20)
        return ask(client, path, **options)


@pytest.fixture(scope="module")
def https_server(tmp_path_factory) -> Iterator[HttpsServer]:
    server = HttpsServer(tmp_path_factory.mktemp("https"))
    yield server.start()
    server.stop()
    assert "Traceback" not in server.log


def test_the_server_is_trusted_and_says_its_addresses_by_https(https_server):
    assert https_server.ask("/healthz").status == 200
    assert "<title>Trust this server" in https_server.ask("/trust?lang=en").text
    for language in LANGUAGES:
        home = f"https://127.0.0.1:{https_server.port}/"
        assert f"{catalogue(language)['run.home']}: {home}" in https_server.log
        assert f"{home}first-start" in https_server.log
    stranger = http.client.HTTPSConnection(
        "127.0.0.1", https_server.port, timeout=20, context=ssl.create_default_context()
    )
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(stranger, "/healthz")


def test_its_cookies_are_for_https_alone_and_nobody_is_locked_out_by_a_year_of_it(https_server):
    answer = https_server.ask("/first-start?lang=en")
    assert answer.status == 200
    code = re.search(r"Từ máy khác cần mã cài đặt: (\w+)", https_server.log)[1]
    own = {"what": "own", "name": "Hội nghị", "first_day": "2026-12-17", "last_day": "2026-12-18"}
    signed_in = https_server.ask("/first-start", method="POST", form=own | {"code": code})
    assert signed_in.status == 303, signed_in.text
    assert signed_in.set_cookies and all("; Secure" in one for one in signed_in.set_cookies)
    assert "strict-transport-security" not in answer.headers | signed_in.headers


def test_one_fingerprint_is_printed_shown_on_both_ports_and_that_of_the_file(https_server):
    pages = [https_server.ask("/trust"), https_server.ask_plainly("/trust?lang=en")]
    files = [asked("/trust/san-sang.crt") for asked in (https_server.ask, https_server.ask_plainly)]
    shown = ssl.PEM_cert_to_DER_cert(_first_certificate(https_server.authority))
    fingerprint = hashlib.sha256(shown).digest().hex(":").upper()
    assert https_server.log.count(fingerprint) == len(LANGUAGES)
    assert [page.status for page in pages] == [200, 200]
    assert all(fingerprint in page.text and "data:image/png" in page.text for page in pages)
    assert {file.headers["content-type"] for file in files} == {"application/x-x509-ca-cert"}
    assert {int(file.headers["content-length"]) for file in files} == {len(shown)}
    assert fingerprint in https_server.ask("/sign-in").text


def _first_certificate(file: Path) -> str:
    text = file.read_text(encoding="ascii")
    return text[text.index("-----BEGIN CERTIFICATE") :]


def test_plain_http_serves_nothing_else_and_leads_to_https(https_server):
    for path in ("/", "/sign-in?next=%2Fwall", "/api/v1/docs"):
        answer = https_server.ask_plainly(path)
        assert (answer.status, answer.headers["location"]) == (
            307,
            f"https://127.0.0.1:{https_server.port}{path}",
        )
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert https_server.ask_plainly("/", Host="evil.vn/x").status == 404
    style = https_server.ask_plainly("/assets/sign_in.css")
    assert style.status == 200 and "--ground" in style.text


def test_a_server_by_plain_http_has_nothing_to_trust(server):
    assert {server.ask(path).status for path in ("/trust", "/trust/san-sang.crt")} == {404}
    assert "fingerprint" not in server.ask("/sign-in").text


def test_who_connects_after_a_renewal_sees_the_new_certificate(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{(tmp_path / 'a.db').as_posix()}")
    monkeypatch.setattr(config, "create_ssl_context", config.create_ssl_context)
    monkeypatch.setattr(renewal, "_contexts", [])
    now = real_now()
    made = now - LIFETIME + RENEWAL + timedelta(hours=1)
    served = certificates.own(names.names(), now=made, port=1, plain_port=0)
    monkeypatch.setattr(certificates, "current", served)
    renewal.share()
    files = (served.certificate, served.key, None)
    context = config.create_ssl_context(
        *files, ssl.PROTOCOL_TLS_SERVER, ssl.CERT_NONE, ca_certs=None, ciphers=None
    )
    first = _shown(context, served)
    assert renewal.renew(now) == served and _shown(context, served) == first
    renewal.renew(now + timedelta(hours=2))
    assert _shown(context, served) != first


def _shown(context: ssl.SSLContext, served: certificates.Served) -> str:
    """The serial number of the certificate that a client is shown."""
    trusting = ssl.create_default_context(cadata=served.authority)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server, server_hostname="localhost")
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
    return client.getpeercert()["serialNumber"]
