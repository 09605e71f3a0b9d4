"""An event's files in a folder, as `load` takes one: to look at, to mend, to keep."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date, time
from pathlib import Path

from data.files import MemoryFolder, guarded

SETTINGS, PROFILES = "event.toml", "profiles.toml"
COLUMNS = {
    "venues.csv": "key,name_vi,name_en,illustrative",
    "sections.csv": (
        "key,name_vi,name_en,short_vi,short_en,cadence_before_hours,cadence_near_hours,"
        "cadence_day_hours,illustrative"
    ),
    "programme.csv": (
        "key,parent,kind,title_vi,title_en,short_vi,short_en,venue,start,end,chair,expects,"
        "pinned,illustrative,who,words,technique,backstage,note,fixed,orientation"
    ),
    "desks.csv": "key,name_vi,name_en,items",
    "people.csv": "key,role,section,more_sections,desk,item,name_vi,name_en",
    "tasks.csv": (
        "id,section,task_vi,task_en,phase,start,due,owner_role,critical,depends_on,basis,pinned,"
        "cadence_before_hours,cadence_near_hours,cadence_day_hours"
    ),
    "delegations.csv": "code,name_vi,name_en,type_vi,group_vi,group_en,position,contact,vehicle",
    "roster.csv": "badge,delegation,level,title_vi,title_en,forum,position,name,phone",
    "media.csv": "key,outlet,kind,title_vi,title_en,phase,planned,pinned,illustrative",
    "papers.csv": "item,position,who,title,minutes",
    "topics.csv": "key,parent,name_vi,name_en,position,retired",
}
"""The columns of each file in order, so that one without rows can be read as well."""
OPTIONAL = (
    *("_en", "pinned", "contact", "vehicle", "group_vi", "position", "more_sections"),
    *("who", "words", "technique", "backstage", "note", "fixed", "orientation"),
    *("retired", "name", "phone"),
)
WITHOUT = ("papers.csv", "topics.csv")
"""The files that are left out where they hold no row."""


def write_folder(files: MemoryFolder, folder: Path) -> None:
    """Write an event's files; those of the same names are replaced.

    A column that the loader can do without, and that no row fills in, is left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in (PROFILES, *WITHOUT):
        (folder / name).unlink(missing_ok=True)
    for name, text in settings_of(files):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for name, header, rows in tables_of(files):
        with (folder / name).open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(
                target, header, restval="", extrasaction="ignore", lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows({key: guarded(text) for key, text in row.items()} for row in rows)


def settings_of(files: MemoryFolder) -> Iterable[tuple[str, str]]:
    """The name and the text of each TOML file: the event's own, and its profile of documents."""
    yield SETTINGS, toml(files.settings)
    if files.profiles:
        yield PROFILES, toml(files.profiles)


def tables_of(files: MemoryFolder) -> Iterable[tuple[str, list[str], list[dict[str, str]]]]:
    """The name, the columns in order and the rows of each table that is written."""
    for name, columns in COLUMNS.items():
        rows = files.rows.get(name, [])
        if rows or name not in WITHOUT:
            yield name, _header(name, columns.split(","), rows), rows


def _header(name: str, columns: list[str], rows: list[dict[str, str]]) -> list[str]:
    filled = {one: None for row in rows for one, text in row.items() if text}
    known = [one for one in columns if one in filled or not _is_optional(name, one)]
    return [*known, *(one for one in filled if one not in columns)]


def _is_optional(file: str, column: str) -> bool:
    """Whether the loader can do without a column: every section has its cadence, few tasks do."""
    of_few = file == "tasks.csv" and column.startswith("cadence_")
    return of_few or column.endswith(OPTIONAL)


# --- TOML ----------------------------------------------------------------------------------------


def toml(settings: Mapping[str, object]) -> str:
    """The settings as TOML: plain values first, then the tables. None and empty tables go."""
    return "\n".join(_lines(settings, ())).strip("\n") + "\n"


def _lines(table: Mapping[str, object], path: tuple[str, ...]) -> Iterable[str]:
    for name, value in table.items():
        if not _is_table(value) and value is not None:
            yield f"{_key(name)} = {_value(value)}"
    for name, value in table.items():
        inner = (*path, _key(name))
        if isinstance(value, Mapping) and value:
            yield f"\n[{'.'.join(inner)}]"
            yield from _lines(value, inner)
        elif _is_table(value) and isinstance(value, list):
            for one in value:
                yield f"\n[[{'.'.join(inner)}]]"
                yield from _lines(one, inner)


def _is_table(value: object) -> bool:
    listed = isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, Mapping) or bool(listed)


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if plain else _text(name)


def _value(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _text(str(value))


def _text(text: str) -> str:
    """A text between quotation marks; JSON escapes what TOML does, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
