"""The counters for monitoring, in a registry of our own; `web.metrics` shows them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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

# Else a second series for each counter, from which nothing follows.
disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped

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
    "From the recording of the oldest fact that a board shows first"
    " until that board was sent to a wall, per wall.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)


def count_writes(rows: list[dict[str, Any]]) -> None:
    """Count committed changes, given as `data.storage.changes` writes them."""
    for row in rows:
        WRITES.labels(row["what"].get("command", "none")).inc()


# The refusals that protect access; a mistyped badge is none of these.
ACCESS_REFUSALS = frozenset(
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
    """Count a refusal on its way out; log one that protects access, with code and command."""
    try:
        yield
    except Refusal as refusal:
        REFUSALS.labels(refusal.code).inc()
        if refusal.code in ACCESS_REFUSALS:
            facts = {"code": refusal.code, "command": refusal.facts.get("command", "")}
            log.info("refused: %(code)s %(command)s", facts, extra=facts)
        raise
