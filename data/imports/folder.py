"""An import as a folder of an event's files, as `load` takes one: to look at, to mend, to keep."""

import csv
from datetime import date
from pathlib import Path

from data.files import guarded
from models.imports.event import Outcome

# The header of each file, so that one without rows can be read as well.
COLUMNS = {
    "sections.csv": (
        "key,name_vi,short_vi,cadence_before_hours,cadence_near_hours,cadence_day_hours,illustrative"
    ),
    "tasks.csv": "id,section,task_vi,phase,start,due,owner_role,critical,depends_on,basis",
    "venues.csv": "key,name_vi,illustrative",
    "programme.csv": (
        "key,parent,kind,title_vi,short_vi,venue,start,end,chair,expects,illustrative"
    ),
    "desks.csv": "key,name_vi,name_en,items",
    "people.csv": "key,role,section,desk,item,name_vi,name_en",
    "delegations.csv": "code,name_vi,type_vi",
    "roster.csv": "badge,delegation,level,title_vi,forum",
    "media.csv": "key,outlet,kind,title_vi,phase,planned,illustrative",
}


def write_folder(outcome: Outcome, folder: Path) -> None:
    """Write the event's files; those of the same names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "event.toml").write_text(_toml(outcome.settings), encoding="utf-8")
    for name, header in COLUMNS.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, header.split(","), restval="", lineterminator="\n")
            writer.writeheader()
            rows = outcome.files[name]
            writer.writerows({key: guarded(cell) for key, cell in row.items()} for row in rows)


def _toml(settings: dict[str, object]) -> str:
    plain = [f"{key} = {_value(one)}" for key, one in settings.items() if not isinstance(one, dict)]
    tables = [
        "\n".join([f"\n[{key}]", *(f"{name} = {_value(text)}" for name, text in one.items())])
        for key, one in settings.items()
        if isinstance(one, dict)
    ]
    return "\n".join([*plain, *tables]) + "\n"


def _value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
