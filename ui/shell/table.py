"""A dense table that a person sorts and of which they choose a row, drawn in the browser.

Streamlit's own data frame is a canvas: no row of it is met by the Tab key or a screen reader, its
menus are English, and its toolbar takes data that no trail records.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.shell.live import script

_TABLE = st.components.v2.component(
    "san_sang_table",
    html='<div class="table"></div>\n',
    css=(Path(__file__).parents[2] / "web" / "assets" / "table.css").read_text(encoding="utf-8"),
    js=script("table.js", "table"),
)

PANEL = 480
"""The width of the panel of a chosen row, in pixels."""
Span = tuple[float, float]
"""From and to, in fractions of a time axis."""


@dataclass(frozen=True)
class Column:
    """`kind`: `text`, `number`, `opens` (what its row is called by) or `bar` (on the time axis).

    `width`: of the style sheet, empty for what is left. `narrow`: whether it stays where there is
    little room. `wraps`: whether a long text takes more lines; else it ends in an ellipsis.
    """

    label: str
    kind: str = "text"
    width: str = ""
    sorts: bool = True
    narrow: bool = True
    wraps: bool = False


@dataclass(frozen=True)
class Cell:
    """A text with its mark and colour, what it is sorted by, tags behind it and a line below it."""

    text: str = ""
    mark: str = ""
    tone: str = ""
    sort: float | str | None = None
    tags: tuple[tuple[str, str], ...] = ()  # (text, tone)
    under: str = ""
    parts: tuple[tuple[str, Span], ...] = ()  # of a bar: (kind, where), in the order of drawing

    def drawn(self) -> dict[str, object]:
        """What the browser is given of it: what is empty is left out."""
        found = {
            "mark": self.mark,
            "tone": self.tone,
            "under": self.under,
            "tags": [{"text": text, "tone": tone} for text, tone in self.tags],
            "parts": [
                {"kind": kind, "from": begin, "to": end} for kind, (begin, end) in self.parts
            ],
        }
        sort = {} if self.sort is None else {"sort": self.sort}
        return {"text": self.text, **sort, **{name: one for name, one in found.items() if one}}


@dataclass(frozen=True)
class Row:
    """`tone`: the colour of its edge (`red`, `orange`, `blue`, `green`, `gray`; `solid` fills its
    first cell), empty for none."""

    id: int | str
    cells: Sequence[str | Cell]
    group: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Axis:
    """What bars are drawn on: labelled fractions of it, the event's days, and the moment shown."""

    label: str
    ticks: tuple[tuple[float, str], ...]
    days: Span | None = None
    now: float | None = None
    today: str = ""

    def drawn(self) -> dict[str, object]:
        ticks = [{"at": at, "text": text} for at, text in self.ticks]
        return asdict(self) | {"ticks": ticks}


def chosen(key: str) -> str:
    """The id of the chosen row of a table, as a text; empty for none."""
    return str(st.session_state.get(f"{key}.chosen", ""))


def choose(key: str, row: int | str) -> None:
    """Choose a row by its id; none by an empty text."""
    st.session_state[f"{key}.chosen"] = str(row)


def table(
    key: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    label: str,
    empty: str,
    opens: bool = True,
    axis: Axis | None = None,
    goes_on: str = "",
) -> None:
    """Draw the rows. One that is tapped, or entered by a key, is the chosen one until it is tapped
    again (`chosen`), unless nothing of the table `opens`.

    `goes_on`: how the keys of the fields begin in which a tap on a row goes on, each followed by
    the row's id."""

    def change() -> None:
        choose(key, st.session_state[key]["chosen"])

    _TABLE(
        key=key,
        data={
            "columns": [asdict(column) for column in columns],
            "rows": [_row(row) for row in rows],
            "chosen": chosen(key),
            "label": label,
            "empty": empty,
            "opens": opens,
            "axis": axis.drawn() if axis else None,
            "panel": f".st-key-{_panel(key)}",
            "field": goes_on.replace(".", "-"),
        },
        on_chosen_change=change,
    )


def _row(row: Row) -> dict[str, object]:
    cells = [cell if isinstance(cell, str) else cell.drawn() for cell in row.cells]
    return {"id": str(row.id), "cells": cells, "group": row.group, "tone": row.tone}


def _panel(key: str) -> str:
    return f"{key.replace('.', '_')}_panel"


def beside(key: str, *, opened: bool) -> tuple[DeltaGenerator, DeltaGenerator | None]:
    """The places of a table and of its chosen row: side by side, on a narrow screen the row first
    (style.css). Without a chosen row the table has all of the width."""
    name = key.replace(".", "_")
    with st.container(horizontal=True, key=f"{name}_beside"):
        rows = st.container(key=f"{name}_rows")
        return rows, st.container(key=_panel(key), border=True, width=PANEL) if opened else None
