"""What the tests of charts read from a specification."""

import re

LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def rows(chart: dict) -> list[dict]:
    return [row for data in chart["datasets"].values() for row in data]


def lines(chart: dict, name: str) -> list[dict]:
    """The rows of one line or bar, of whatever column names it."""
    return [row for row in rows(chart) if name in row.values()]


def scales(spec, channel: str) -> list[dict]:
    """The scales of a channel, of the chart and of every layer in it."""
    if isinstance(spec, list):
        return [scale for one in spec for scale in scales(one, channel)]
    if not isinstance(spec, dict):
        return []
    own = spec.get("encoding", {}).get(channel, {}).get("scale")
    return ([own] if own else []) + [
        scale for key in ("layer",) for scale in scales(spec.get(key), channel)
    ]


def drawn(chart: dict) -> dict:
    """A chart that any viewer can draw: a height, the container's width, its data included."""
    assert chart["height"] > 0 and chart["width"] == "container"
    assert "url" not in str(chart["datasets"].keys()) and '"url"' not in str(chart)
    return chart
