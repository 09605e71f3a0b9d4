"""Writes the documents that follow from the code: `python -m docs.build`.

`data_model.md` is drawn from the tables, `reference.md` from the registry of commands and the
permission table. A test compares both with what this module would write.
"""

import importlib
import inspect
import pkgutil
from collections import defaultdict
from pathlib import Path

from sqlalchemy import Column, Table

import models
from data.commands import COMMANDS, Command, registered
from models.access.people import PERMISSIONS, Scope
from models.storage import Record

HERE = Path(__file__).parent
ROOT = HERE.parent
WRITTEN = "*Written by `make docs` from the code; edit the code, not this file.*"


def main() -> None:
    for name, text in documents().items():
        (HERE / name).write_text(text, encoding="utf-8")


def documents() -> dict[str, str]:
    """File name to text."""
    _import_all()
    return {"data_model.md": data_model(), "reference.md": reference()}


def _import_all() -> None:
    """Import every module of models and data: tables and commands register themselves."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        importlib.import_module(module.name)
    registered()


# --- the data model ------------------------------------------------------------------------------


def data_model() -> str:
    """One diagram for each module of `models` that declares tables."""
    by_module = defaultdict(list)
    for mapper in Record._sa_registry.mappers:
        by_module[mapper.class_.__module__].append(mapper.class_)
    parts = [
        "# The data model",
        "Facts are rows that nobody edits; `…state`, `…count` and the like are the current state, "
        "written in the transaction of the fact and rebuilt by tests. Every fact carries `at` "
        "(event clock), `person_id` and `idempotency_key`.",
        WRITTEN,
    ]
    for module in sorted(by_module):
        tables = sorted(by_module[module], key=lambda table: table.__name__)
        parts += [f"## {module.removeprefix('models.')}", *map(_sentence, tables), _diagram(tables)]
    return "\n\n".join(parts) + "\n"


def _sentence(table: type) -> str:
    summary = (inspect.getdoc(table) or "").split("\n\n")[0].replace("\n", " ")
    return f"- **{table.__name__}** (`{table.__table__.name}`): {summary}"


def _diagram(tables: list[type]) -> str:
    lines = ["```mermaid", "erDiagram"]
    for table in tables:
        lines += _entity(table.__table__)
    for table in tables:
        lines += _references(table.__table__)
    return "\n".join([*lines, "```"])


def _entity(table: Table) -> list[str]:
    columns = [f"        {_kind(column)} {column.name}{_key(column)}" for column in table.columns]
    return [f"    {table.name} {{", *columns, "    }"]


def _kind(column: Column) -> str:
    return type(column.type).__name__.removeprefix("Auto").lower()


def _key(column: Column) -> str:
    keys = []
    if column.primary_key:
        keys.append("PK")
    if column.foreign_keys:
        keys.append("FK")
    elif column.unique:
        keys.append("UK")
    return f" {', '.join(keys)}" if keys else ""


def _references(table: Table) -> list[str]:
    return [
        f"    {table.name} }}o--|| {key.column.table.name} : {column.name}"
        for column in table.columns
        for key in sorted(column.foreign_keys, key=lambda key: key.target_fullname)
    ]


# --- the reference -------------------------------------------------------------------------------


def reference() -> str:
    """Commands with topic, subject, permission and file; then who may do what."""
    parts = [
        "# Reference: commands and permissions",
        "A command is a function of `data`, registered by `@command`; the change log and the audit "
        "name it by its first column.",
        WRITTEN,
        "## Commands",
        _commands(),
        "## Who may do what",
        "`own`: their section, desk or forum. `below`: people of every role but administrator and "
        "command room.",
        _permissions(),
    ]
    return "\n\n".join(parts) + "\n"


def _commands() -> str:
    rows = [
        "| command | topic | subject | permission | what it does | file |",
        "|---|---|---|---|---|---|",
    ]
    for name, command in sorted(COMMANDS.items(), key=lambda item: (item[1].topic, item[0])):
        rows.append(
            f"| `{name}` | {command.topic} | {command.subject} | `{command.permission}` "
            f"| {_summary(command)} | {_file(command)} |"
        )
    return "\n".join(rows)


def _summary(command: Command[..., object]) -> str:
    text = inspect.getdoc(command.function) or ""
    return (
        text.split("\n\n")[0]
        .replace("\n", " ")
        .split(". Refuses")[0]
        .rstrip(".")
        .replace("|", "\\|")
    )


def _file(command: Command[..., object]) -> str:
    path = Path(inspect.getsourcefile(command.function) or "").relative_to(ROOT).as_posix()
    return f"`{path}`"


def _permissions() -> str:
    roles = sorted({role for scopes in PERMISSIONS.values() for role in scopes}, key=str)
    head = ["| permission | " + " | ".join(role.value for role in roles) + " |"]
    rule = ["|---|" + "---|" * len(roles)]
    rows = [
        f"| `{name}` | " + " | ".join(_scope(scopes.get(role)) for role in roles) + " |"
        for name, scopes in PERMISSIONS.items()
    ]
    return "\n".join(head + rule + rows)


def _scope(scope: Scope | None) -> str:
    return "" if scope is None else {Scope.ANY: "yes"}.get(scope, scope.value)


if __name__ == "__main__":
    main()
