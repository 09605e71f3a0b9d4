"""The measures of this process and of the database, as Prometheus reads them.

For the addresses of `METRICS_ALLOW` only.
"""

import os
import platform
from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from data import monitoring
from data.monitoring import Status
from data.storage import measures
from web import proxies
from web.health import readiness
from web.live import WALL, hub
from web.paths import VERSION
from web.questions import Question

SETTING = "METRICS_ALLOW"
LOOPBACK = "127.0.0.0/8,::1"

BUILD = {"assets": VERSION, "python": platform.python_version(), "streamlit": version("streamlit")}

question: Question[Status] = Question(monitoring.status)


def allowed() -> tuple[proxies.Network, ...]:
    """Refuses `networks_malformed`."""
    return proxies.networks(SETTING, os.environ.get(SETTING) or LOOPBACK)


async def metrics(request: Request) -> Response:
    if not proxies.is_allowed(request.scope, allowed()):
        return PlainTextResponse("not for this address", 403)
    walls = sum(WALL in viewer.topics for viewer in hub.viewers)
    measures.VIEWERS.labels("wall").set(walls)
    measures.VIEWERS.labels("page").set(len(hub.viewers) - walls)
    text = generate_latest(Scrape(await question.answer()))
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


class Scrape:
    """Everything at one moment: the counts of this process, and the database's status.

    Without the latter (None) where the database does not answer.
    """

    def __init__(self, status: Status | None) -> None:
        self.status = status

    def collect(self) -> Iterator[Metric]:
        yield from measures.REGISTRY.collect()
        yield InfoMetricFamily("san_sang_build", "What this process runs.", value=BUILD)
        yield _gauge(
            "database_up", "Whether the database answered this scrape.", self.status is not None
        )
        listening = readiness.listener is not None and readiness.listener.alive
        yield _gauge("listener_up", "Whether this process hears the commits of others.", listening)
        yield _gauge(
            "delivered_revision",
            "The newest revision that this process told its viewers of.",
            hub.revision,
        )
        if self.status:
            yield from _of_database(self.status)


def _of_database(status: Status) -> Iterator[Metric]:
    yield _gauge("revision", "The newest revision in the database.", status.revision)
    ages = GaugeMetricFamily(
        "san_sang_section_last_fact_age_seconds",
        "How long ago a section last told anything, by the event's clock;"
        " none for a section that never did.",
        labels=["section"],
    )
    for key, seconds in status.sections.items():
        ages.add_metric([key], seconds)
    yield ages
    if status.backup_age is not None:
        yield _gauge(
            "last_backup_age_seconds", "How old the newest verified backup is.", status.backup_age
        )
    yield _gauge(
        "backup_overdue",
        "Whether the newest backup is older than two intervals, where this server makes them.",
        status.backup_overdue,
    )


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"san_sang_{name}", text, value=float(value))
