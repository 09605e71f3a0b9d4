"""A frozen content (`models.documents`): making its parts, and the blocks of its document."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from data.documents.content import Block, Column, Paragraph, Table, heading, settings_of
from data.words import Words
from models.documents import Content
from models.events.event import Event
from models.text import both

SPEECH = ("event_noun", "section_noun", "forum_noun", "vietnamese_only")
"""How the event speaks; what was frozen before it could be chosen holds none of these."""
DASH = "- "  # begins a line of a list
BETWEEN = " · "  # between facts in a cell that was frozen long ago; a document has semicolons


# --- making --------------------------------------------------------------------------------------


def section(
    title: str,
    paragraphs: Sequence[str] = (),
    tables: Sequence[Content] = (),
    *,
    sections: Sequence[Content] = (),
    annex: bool = False,
) -> Content:
    """A headed section."""
    made: Content = {"heading": title, "paragraphs": list(paragraphs), "tables": list(tables)}
    below = {"sections": list(sections)} if sections else {}
    return made | below | ({"annex": True} if annex else {})


def table(
    columns: Iterable[tuple[str, float, str]],
    rows: Sequence[Sequence[str]],
    heading: Callable[[str], str],
) -> Content:
    """A table; `columns`: the name of each, its part of the width, how it is set. `heading`: what a
    name is in words."""
    made = [
        {"heading": heading(name), "width": width, "align": align} for name, width, align in columns
    ]
    return {"columns": made, "rows": [list(row) for row in rows], "total": False}


def event_facts(event: Event, words: Words) -> Content:
    """The facts of the event that a document needs."""
    return {
        "slug": event.slug,
        "run": event.run,
        "name": both(event, "name"),
        "place": both(event, "place"),
        "documents": settings_of(event, words),
        "rehearsal": event.rehearsal,
        "time_zone": event.time_zone,
        "first_day": event.first_day.isoformat(),
        "last_day": event.last_day.isoformat(),
        **{name: getattr(event, name) for name in SPEECH},
    }


# --- reading -------------------------------------------------------------------------------------


def event_of(facts: Content) -> Event:
    """The event as the content has it, as far as documents need it; no row of the database."""
    names = ("slug", "run", "documents", "rehearsal", "time_zone")
    columns: dict[str, Any] = {name: facts[name] for name in names}
    columns |= {name: facts[name] for name in SPEECH if name in facts}
    for name in ("name", "place"):
        columns |= {f"{name}_{language}": text for language, text in facts[name].items()}
    for name in ("first_day", "last_day"):
        columns[name] = date.fromisoformat(facts[name])
    return Event(folder="", **columns)


def blocks_of(part: Content, level: int = 3) -> list[Block]:
    """The blocks of a section without its heading; those below it are headings of `level`."""
    texts = [text for text in part["paragraphs"] if text]
    blocks: list[Block] = [
        Paragraph(text, keep_with_next=following.startswith(DASH) and not text.startswith(DASH))
        for text, following in zip(texts, [*texts[1:], ""], strict=False)
    ]
    blocks += [_table(one) for one in part["tables"]]
    for below in part.get("sections", ()):
        blocks += [heading(below["heading"], level), *blocks_of(below, level + 1)]
    return blocks


def annex_of(sections: Iterable[Content]) -> list[Block]:
    """The sections of the annex, numbered."""
    blocks: list[Block] = []
    annexed = [one for one in sections if one.get("annex")]
    for place, part in enumerate(annexed, start=1):
        blocks += [heading(f"{place}. {part['heading']}", 3), *blocks_of(part, 4)]
    return blocks


def _table(content: Content) -> Table:
    columns = tuple(
        Column(one["heading"], one["width"], one["align"]) for one in content["columns"]
    )
    return Table(columns, tuple(_row(row) for row in content["rows"]), total=content["total"])


def _row(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.replace(BETWEEN, "; ") for cell in cells)
