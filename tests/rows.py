"""A table of cases as one test, for tables whose rows cost less to check than to collect and to
report.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps

import pytest


def every_row(
    names: str | Sequence[str],
    rows: Iterable,
    ids: Sequence[str] | Callable[[object], str] | None = None,
) -> Callable[[Callable], Callable]:
    """Like `pytest.mark.parametrize`, but one test: it checks every row and fails with the name and
    the traceback of each row that fails. An empty table fails, too.

    Only where rows leave nothing behind: the fixtures that the test asks for are made once for all
    of its rows.
    """
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = [(row,) if len(names) == 1 else tuple(row) for row in rows]
    named = _names(table, ids)

    def decorate(check: Callable) -> Callable:
        @wraps(check)
        def check_all(**fixtures: object) -> None:
            __tracebackhide__ = True
            assert table, "no row to check"
            failures = {
                name: failure
                for name, row in zip(named, table, strict=True)
                if (failure := _failure(check, dict(zip(names, row, strict=True)) | fixtures, name))
            }
            if failures:
                raise ExceptionGroup(
                    f"{len(failures)} of {len(table)} rows: {'; '.join(failures)}",
                    list(failures.values()),
                )

        asked = inspect.signature(check)
        kept = [one for one in asked.parameters.values() if one.name not in names]
        check_all.__signature__ = asked.replace(parameters=kept)
        del check_all.__wrapped__
        return check_all

    return decorate


def _failure(check: Callable, facts: dict[str, object], name: str) -> Exception | None:
    try:
        check(**facts)
    except (
        pytest.fail.Exception
    ) as failure:  # of `pytest.raises`; no `Exception`, so no part of a group
        told = AssertionError(str(failure)).with_traceback(failure.__traceback__)
    except Exception as failure:
        told = failure
    else:
        return None
    told.add_note(f"row: {name}")
    return told


def _names(table: list[tuple], ids: Sequence[str] | Callable[[object], str] | None) -> list[str]:
    """One name a row, each a name of its own."""
    plain = [ids(row[0]) for row in table] if callable(ids) else ids
    plain = list(plain) if plain else ["-".join(map(str, row)) for row in table]
    return [
        f"{name} (row {number})" if plain.count(name) > 1 else name
        for number, name in enumerate(plain, start=1)
    ]
