"""What is counted for monitoring, in one registry of our own: every floor may count, only `web.metrics` tells."""

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

from models.errors import Refusal

disable_created_metrics()  # a second series for each counter, from which nothing follows

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

WRITES = Counter("san_sang_writes", "Changes that this process committed, by command.", ["command"], registry=REGISTRY)
REFUSALS = Counter("san_sang_refusals", "Writes that were refused, by the refusal's code.", ["code"], registry=REGISTRY)
VIEWERS = Gauge("san_sang_viewers", "Open tabs that the live feed of this process serves, by kind.", ["kind"], registry=REGISTRY)
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


@contextmanager
def counting_refusals() -> Iterator[None]:
    """Counts a refusal on its way out."""
    try:
        yield
    except Refusal as refusal:
        REFUSALS.labels(refusal.code).inc()
        raise
