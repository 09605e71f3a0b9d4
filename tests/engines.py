"""One engine for all databases of a kind, so that a statement is compiled once in a run.

SQLAlchemy keeps compiled statements by engine, and each test has a database of its own: with an
engine for each, compiling took a seventh of the tests' time.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from data.storage import database


def share(patch: pytest.MonkeyPatch) -> None:
    """From here on `database.engine` takes the kind's one engine and connects it to its address."""
    create, made = database._create, {}

    def shared(address: str) -> Engine:
        kind = make_url(address).get_backend_name()
        if kind not in made:
            made[kind] = create(address)
            event.listen(made[kind], "do_connect", _to_its_address(made[kind]))
        elif kind == "sqlite":
            database.require_place()
        made[kind].url = make_url(address)
        return made[kind]

    patch.setattr(database, "_create", shared)


def _to_its_address(engine: Engine) -> Callable[..., None]:
    def connect(dialect, _record, positional, named) -> None:
        address, options = dialect.create_connect_args(engine.url)
        positional[:] = address
        named.update(options)

    return connect
