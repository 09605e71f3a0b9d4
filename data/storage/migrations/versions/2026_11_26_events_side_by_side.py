"""Events lie side by side: which one is current and where each stands are facts; people belong to one.

Until now the newest event was the current one, and all people were everybody's.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_events_side_by_side"
down_revision = "2026_11_26_event_changes"
branch_labels = depends_on = None

STATES = "state IN ('preparing','running','done','archived')"
ROLES = "role IN ('admin','committee','command','lead','deputy','rapporteur','desk','media','display')"
PERSON = "key, role, section_key, desk_key, item_key, name_vi, name_en"
SCOPES = {"section_key": "section", "desk_key": "desk", "item_key": "programmeitem"}


def upgrade() -> None:
    op.add_column(
        "event", sa.Column("state", sa.String(), nullable=False, server_default="preparing")
    )
    op.create_table("eventchoice", *_columns(), sa.PrimaryKeyConstraint("id"), *_references())
    op.create_table(
        "eventstep",
        *_columns(),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        *_references(),
        sa.CheckConstraint(STATES),
    )
    op.create_index("ix_eventstep_event_id", "eventstep", ["event_id"])
    _widen_person()
    _widen_account()
    _place_events()
    _place_people()


def _columns() -> list:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
    ]


def _references() -> list:
    return [
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
    ]


def _widen_person() -> None:
    slug = sa.Column("event_slug", sa.String(), nullable=False, server_default="")
    if op.get_bind().dialect.name != "sqlite":
        op.add_column("person", slug)
        op.drop_constraint("person_key_key", "person")
        op.create_unique_constraint("person_event_slug_key_key", "person", ["event_slug", "key"])
        return
    # SQLite changes no constraint of a table: it is made again. References are by its name.
    op.create_table(
        "person_again",
        sa.Column("id", sa.Integer(), nullable=False),
        slug,
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("section_key", sa.String(), nullable=True),
        sa.Column("desk_key", sa.String(), nullable=True),
        sa.Column("item_key", sa.String(), nullable=True),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_slug", "key"),
        sa.CheckConstraint(ROLES),
    )
    op.execute(f"INSERT INTO person_again (id, {PERSON}) SELECT id, {PERSON} FROM person")
    op.drop_table("person")
    op.rename_table("person_again", "person")


def _widen_account() -> None:
    """One address may belong to a person of each event; within one, the command sees to it."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("account_email_rehearsal_key", "account")
        return
    columns = "person_id, rehearsal, password_hash, pin_hash, email"
    op.create_table(
        "account_again",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id", "rehearsal"),
    )
    op.execute(f"INSERT INTO account_again ({columns}) SELECT {columns} FROM account")
    op.drop_table("account")
    op.rename_table("account_again", "account")


def _place_events() -> None:
    """The newest event stays the current one; a run that a later one replaced is archived."""
    op.execute("UPDATE event SET state = 'running'")
    op.execute(
        "UPDATE event SET state = 'archived' WHERE EXISTS (SELECT 1 FROM event AS later"
        " WHERE later.slug = event.slug AND later.rehearsal = event.rehearsal"
        " AND later.id > event.id)"
    )
    op.execute(
        "INSERT INTO eventstep (event_id, state, at) SELECT id, state, loaded_at FROM event"
    )
    op.execute(
        "INSERT INTO eventchoice (event_id, at)"
        " SELECT id, loaded_at FROM event ORDER BY id DESC LIMIT 1"
    )


def _place_people() -> None:
    """Each person belongs to the newest event that has their section, desk or item.

    What every event has (an admin, a command room) it gets as people of its own; a screen stays
    where it is.
    """
    bind = op.get_bind()
    newest = "SELECT slug FROM event GROUP BY slug ORDER BY max(id) DESC"
    slugs = list(bind.execute(sa.text(newest)).scalars())
    if not slugs:
        return
    known = {
        column: {
            (slug, key)
            for slug, key in bind.execute(
                sa.text(f"SELECT e.slug, t.key FROM {table} t JOIN event e ON e.id = t.event_id")
            )
        }
        for column, table in SCOPES.items()
    }
    people = bind.execute(sa.text(f"SELECT id, {PERSON} FROM person ORDER BY id")).mappings().all()
    for person in people:
        places = [
            slug
            for slug in slugs
            if all(
                person[column] is None or (slug, person[column]) in keys
                for column, keys in known.items()
            )
        ] or slugs[:1]
        bind.execute(
            sa.text("UPDATE person SET event_slug = :slug WHERE id = :id"),
            {"slug": places[0], "id": person["id"]},
        )
        for slug in places[1:] if person["role"] != "display" else ():
            names = PERSON.split(", ")
            bind.execute(
                sa.text(
                    f"INSERT INTO person (event_slug, {PERSON}) VALUES"
                    f" (:event_slug, {', '.join(f':{name}' for name in names)})"
                ),
                {"event_slug": slug, **{name: person[name] for name in names}},
            )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
