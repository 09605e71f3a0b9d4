"""Start the application: `python -m web`, by the settings HOST, PORT and DATABASE_URL.

The same on Linux, Windows and macOS. `--https` needs nothing else: it makes an authority of the
installation's own; TLS_CERTIFICATE and TLS_KEY name a certificate that browsers trust already.
"""

import argparse
import logging
import os
import runpy
import socket
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from data import bootstrap, certificates
from data.access import oidc_config
from data.certificates import Served
from data.distribution import mail
from data.events.clock import real_now
from data.storage import database
from data.words import LANGUAGES, Words, console
from models.certificates import is_due
from models.refusals import Refusal
from web import feed_frames, half_requests, logs, metrics, proxies
from web.access import cookies
from web.certificates import names, renewal

log = logging.getLogger(__name__)

ROOT = Path(__file__).parent.parent
MAX_DESCRIPTORS = 1_048_576
BEFORE_EVENT = ZoneInfo("Asia/Ho_Chi_Minh")
BOTH = [Words(language, BEFORE_EVENT) for language in LANGUAGES]


def main() -> None:
    """Check what would stop the server, prepare the database, print the addresses, and serve."""
    console.readable()
    asked, host = arguments(), names.host()
    try:
        require_settings()
        logs.configure()
        port = require_port(os.environ.get("PORT") or "8501")
        require_free(host, port)
        database.require_place()
        say_former_folder()
        certificates.current = certificate(asked, host, port)
        first = prepare(sample=asked.sample)
    except Refusal as refusal:
        sys.exit("\n".join(words.refusal(refusal) for words in BOTH))
    say_addresses(port, certificates.current)
    if first:
        say_setup(port)
    serve(host, port, certificates.current)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m web")
    sample = "where there is no event yet, begin with the sample and ask nothing"
    parser.add_argument("--sample", action="store_true", help=sample)
    https = "by https, with a certificate of an authority made at the first start"
    parser.add_argument("--https", action="store_true", help=https)
    plain = "with --https: where plain http says how to trust that authority; 0 for nowhere"
    parser.add_argument("--plain-port", metavar="PORT", help=f"{plain}; without: the next port")
    return parser.parse_args()


def certificate(asked: argparse.Namespace, host: str, port: int) -> Served | None:
    """What the server is to show: by setting, or by `--https`; None without either.

    Refuses what `certificates` refuses, and a port for plain http that is none or taken.
    """
    served = certificates.by_setting()
    if served is not None or not asked.https:
        return served
    plain = asked.plain_port or str(port + 1 if port < 65535 else port - 1)
    plain_port = 0 if plain == "0" else require_port(plain)
    if plain_port:
        require_free(host, plain_port)
    return certificates.own(names.names(), now=real_now(), port=port, plain_port=plain_port)


def say_addresses(port: int, served: Served | None) -> None:
    for words in BOTH:
        for name in names.addresses():
            wall, home = (address(name, port, path, served) for path in ("/tv", "/"))
            print(f"{words('run.wall')}: {wall}    {words('run.home')}: {home}", flush=True)
    if served is not None:
        say_certificate(served)


def address(name: str, port: int, path: str, served: Served | None) -> str:
    return f"{'http' if served is None else 'https'}://{name}:{port}{path}"


def say_certificate(served: Served) -> None:
    """Say how the own authority is trusted, and by which fingerprint it is known; of any other
    certificate that it is about to end.
    """
    ends = certificates.ends_at(served)
    for words in BOTH:
        if served.is_own:
            facts = {"address": served.trust_address(), "fingerprint": served.fingerprint}
            print(words("run.trust", **facts), flush=True)
        elif is_due(ends, real_now()):
            print(words("run.certificate_ends", file=served.certificate, ends=ends), flush=True)


def require_settings() -> None:
    """Refuses `networks_malformed`, `setting_unknown`, `secrets_malformed`,
    `provider_incomplete`, `mail_incomplete` and `mail_password_in_clear`.

    A setting with a typing error must not be taken for none.
    """
    logs.require_settings()
    proxies.networks(proxies.SETTING, os.environ.get(proxies.SETTING, ""))
    proxies.process_name()
    metrics.allowed()
    oidc_config.require_provider()
    mail.mail_settings()


def require_port(value: str) -> int:
    """Refuses `port_malformed`."""
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise Refusal("port_malformed", value=value[:20])
    return int(value)


def require_free(host: str, port: int) -> None:
    """Refuses `port_taken` where another program listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        if os.name != "nt":  # there it would allow a port that is in use
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            raise Refusal("port_taken", port=port) from None


def say_former_folder() -> None:
    """Say where the database lies, where that is the folder of an earlier version."""
    if not os.environ.get("DATABASE_URL") and database.var() == database.FORMER_VAR:
        for words in BOTH:
            print(words("run.former_var", folder=database.FORMER_VAR, to=database.VAR), flush=True)


def prepare(*, sample: bool) -> bool:
    """Migrate the database; return whether somebody may still make its first real event.

    Refuses what `database.refusing_faults` and `bootstrap.prepare` refuse.
    """
    with database.refusing_faults():
        if not bootstrap.is_first():
            with database.reading() as session:
                return bootstrap.is_unclaimed(session) and not sample
        if sample:
            print("\n".join(words("run.first") for words in BOTH), flush=True)
            bootstrap.prepare(sample=True)
        return not sample


def say_setup(port: int) -> None:
    """Say where the first start asks, and the code that another machine has to show there."""
    code = bootstrap.setup_code()
    where = address(names.addresses()[0], port, "/first-start", certificates.current)
    for words in BOTH:
        print(words("run.setup", address=where, code=code), flush=True)


def serve(host: str, port: int, served: Served | None) -> None:
    """Run Streamlit in this process, until it is stopped."""
    # uvicorn would believe any peer on this machine about addresses; `web.proxies` believes those
    # that are named as trusted.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    os.chdir(ROOT)  # Streamlit looks for .streamlit/config.toml here
    # Every process signs Streamlit's own cookies with the same secret; not as an option, which
    # every user of this machine could read.
    os.environ.setdefault("STREAMLIT_SERVER_COOKIE_SECRET", cookies.load_secret())
    # Without browser.serverAddress Streamlit asks a host on the internet for its outside address.
    half_requests.bound()
    feed_frames.share()
    raise_limit()
    options = [
        f"--server.address={host}",
        f"--server.port={port}",
        "--server.headless=true",
        f"--browser.serverAddress={names.addresses()[0]}",
    ]
    if served is not None:
        renewal.share()
        options += [f"--server.sslCertFile={served.certificate}"]
        options += [f"--server.sslKeyFile={served.key}"]
    sys.argv = ["streamlit", "run", str(ROOT / "app.py"), *options]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


def raise_limit() -> None:
    """Raise the soft limit of descriptors, 1024 in most shells, to the hard one.

    Each browser takes about eight.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MAX_DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError) as failure:  # a system may have a limit below the one it names
        log.warning("the limit of descriptors stays at %s: %s", soft, failure)
