"""One cache of compiled statements for all engines of a kind, so that a statement is compiled once
in a run.

SQLAlchemy keeps compiled statements by engine and dialect, and each test has a database, and so an
engine, of its own: compiling took a seventh of the tests' time.
"""

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from data.storage import database


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """From here on the engines that `database` makes compile a statement once for all of them."""
    create, first = database._create, {}

    def sharing(address: str) -> Engine:
        made = create(address)
        one = first.setdefault(make_url(address).get_backend_name(), made)
        made.dialect, made._compiled_cache = one.dialect, one._compiled_cache
        return made

    patch.setattr(database, "_create", sharing)
