"""A certificate that is renewed, or replaced as a file, is shown without a restart."""

import logging
import ssl
from datetime import datetime

import anyio
from uvicorn import config

from data import certificates
from data.certificates import Served
from data.events.clock import real_now
from models.refusals import Refusal
from web.certificates.names import names

log = logging.getLogger(__name__)

INTERVAL = 600.0  # seconds; a machine that changes its network gets another address

_contexts: list[ssl.SSLContext] = []


def share() -> None:
    """From now on uvicorn's TLS is one that `renew` can give another certificate."""
    make = config.create_ssl_context

    def made(*files: object, **options: object) -> ssl.SSLContext:
        context = make(*files, **options)  # type: ignore[arg-type]
        _contexts.append(context)
        return context

    config.create_ssl_context = made


def renew(now: datetime) -> Served | None:
    """Renew what is due, and show it to whoever connects from now on; what is shown is returned.

    A refusal goes to the log, and what was shown is shown further.
    """
    served = certificates.current
    if served is None:
        return None
    try:
        if served.is_own:
            served = certificates.own(
                names(), now=now, port=served.port, plain_port=served.plain_port
            )
            certificates.current = served
        else:
            certificates.by_setting()  # refuses a pair that is being replaced
        for context in _contexts:
            context.load_cert_chain(served.certificate, served.key)
    except (Refusal, OSError) as failure:
        log.error("the certificate could not be renewed: %s", failure)
    return served


async def watch() -> None:
    """Renew every ten minutes, for as long as the server runs."""
    while certificates.current is not None:
        await anyio.sleep(INTERVAL)
        await anyio.to_thread.run_sync(renew, real_now())
