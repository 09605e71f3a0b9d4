"""A PostgreSQL database that is lent to one test after another, and put back in between into the
state it was lent in: that takes half of what dropping it and copying another takes.

What a test has changed is known by what the server counts of each table: new rows are deleted
again, and a table of which rows were changed or deleted gets its first ones back.
"""

from dataclasses import dataclass

from psycopg import Connection
from psycopg.sql import SQL, Identifier


@dataclass
class State:
    """Where a database stands."""

    shape: str
    """Differs as soon as a table, a column, a trigger, a function or a rule of a table does."""
    changes: dict[str, tuple[int, int]]
    """Of each table: the rows added so far, and those changed or deleted."""
    sequences: dict[str, int | None]
    transaction: int
    """The number of the next one."""

    @classmethod
    def of(cls, connection: Connection) -> "State":
        connection.execute("SELECT pg_stat_force_next_flush()")
        shape, changes, sequences, transaction = connection.execute(STATE).fetchone()
        return cls(
            shape, {name: tuple(counts) for name, *counts in changes}, sequences, transaction
        )


STATE = """
SELECT
  concat_ws(' ',
    (SELECT concat_ws(' ', count(*),
        sum(oid::bigint + relfilenode::bigint + relnatts + hashtext(relname)))
      FROM pg_class),
    (SELECT concat_ws(' ', count(*), sum(oid::bigint)) FROM pg_trigger),
    (SELECT concat_ws(' ', count(*), sum(oid::bigint)) FROM pg_proc WHERE oid >= 16384),
    (SELECT concat_ws(' ', count(*), sum(oid::bigint)) FROM pg_constraint)),
  (SELECT json_agg(json_build_array(relname, n_tup_ins, n_tup_upd + n_tup_del))
    FROM pg_stat_user_tables),
  (SELECT json_object_agg(relname, pg_sequence_last_value(oid)) FROM pg_class WHERE relkind = 'S'),
  pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""


@dataclass
class Lent:
    """A database that is lent, again and again."""

    name: str
    template: str
    connection: Connection
    state: State
    """As it was lent."""
    lendings: int = 1

    def put_back(self, rows: dict[str, bytes]) -> bool:
        """Give it these rows back, by table; False where more than rows has changed."""
        now = State.of(self.connection)
        if now.shape != self.state.shape:
            return False
        with self.connection.transaction():
            # Neither keys to other tables nor triggers hold for what is put back.
            self.connection.execute("SET LOCAL session_replication_role = replica")
            for name, (added, changed) in now.changes.items():
                if changed != self.state.changes[name][1]:
                    self._replace(name, rows[name])
                elif added != self.state.changes[name][0]:
                    new = SQL("DELETE FROM {} WHERE xmin::text::bigint >= {}")
                    self.connection.execute(new.format(Identifier(name), self.state.transaction))
            for name, value in now.sequences.items():
                if value != (before := self.state.sequences[name]):
                    self.connection.execute(
                        "SELECT setval(%s::regclass, %s, %s)",
                        (f'"{name}"', before or 1, before is not None),
                    )
        self.state = State.of(self.connection)
        self.lendings += 1
        return True

    def _replace(self, table: str, rows: bytes) -> None:
        self.connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        into = SQL("COPY {} FROM STDIN (FORMAT binary)").format(Identifier(table))
        with self.connection.cursor().copy(into) as copy:
            copy.write(rows)


def all_rows(connection: Connection) -> dict[str, bytes]:
    """The rows of each table, as the server gives and takes them."""
    tables = connection.execute("SELECT relname FROM pg_stat_user_tables").fetchall()
    return {name: rows(connection, name) for (name,) in tables}


def rows(connection: Connection, table: str) -> bytes:
    out = SQL("COPY {} TO STDOUT (FORMAT binary)").format(Identifier(table))
    with connection.cursor().copy(out) as copy:
        return b"".join(copy)
