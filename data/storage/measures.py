"""What is counted for monitoring, in one registry of our own: every floor may count, only `web.metrics` tells."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from models.refusals import Refusal

log = logging.getLogger(__name__)

disable_created_metrics()  # a second series for each counter, from which nothing follows

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

WRITES = Counter(
    "san_sang_writes",
    "Changes that this process committed, by command.",
    ["command"],
    registry=REGISTRY,
)
REFUSALS = Counter(
    "san_sang_refusals",
    "Writes that were refused, by the refusal's code.",
    ["code"],
    registry=REGISTRY,
)
VIEWERS = Gauge(
    "san_sang_viewers",
    "Open tabs that the live feed of this process serves, by kind.",
    ["kind"],
    registry=REGISTRY,
)
DELIVERY = Histogram(
    "san_sang_delivery_seconds",
    "From the recording of the oldest fact that a board shows first until that board was sent to a wall, per wall.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)


def count_writes(rows: list[dict]) -> None:
    """Counts committed changes, given as `data.changes` writes them."""
    for row in rows:
        WRITES.labels(row["what"].get("command", "none")).inc()


# What stands between somebody and what is not his; a mistyped badge is none of these.
AT_THE_DOOR = frozenset(
    [
        "not_permitted",
        "sign_in_needed",
        "sign_in_wrong",
        "sign_in_wait",
        "sign_in_over",
        "token_wrong",
        "invitation_unknown",
        "not_a_rehearsal",
        "person_unknown",
        "display_unknown",
        "email_unverified",
        "email_unknown",
        "password_current_wrong",
        "pin_wrong",
        "pin_ended",
        "other_site",
    ]
)


@contextmanager
def counting_refusals() -> Iterator[None]:
    """Counts a refusal on its way out, and notes in the log one that kept somebody out: why, and from which command."""
    try:
        yield
    except Refusal as refusal:
        REFUSALS.labels(refusal.code).inc()
        if refusal.code in AT_THE_DOOR:
            facts = {"code": refusal.code, "command": refusal.facts.get("command", "")}
            log.info("refused: %(code)s %(command)s", facts, extra=facts)
        raise
