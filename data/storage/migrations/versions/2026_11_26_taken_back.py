"""Every act has one that takes it back: marks of the programme, publications, steps of directives, signed reviews.

A mark or a publication may be recorded again after it was taken back, so the key that allowed one of each goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_taken_back"
down_revision = "2026_11_26_vehicles"
branch_labels = depends_on = None

FACT = ("at", "person_id", "idempotency_key")
STEPS = "step IN ('given','acknowledged','done','withdrawn')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _made_again()
    else:
        _altered()
    op.create_index("ix_media_publication_newest", "mediapublication", ["media_id", "id"])
    op.create_table(
        "reviewwithdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *_fact("review_id", "review"),
        sa.CheckConstraint("length(reason) > 0"),
        sa.UniqueConstraint("review_id"),
    )


def _fact(column: str, table: str) -> list:
    """The columns of every fact, and its keys; `column` names its subject in `table`."""
    return [
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint([column], [f"{table}.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    ]


def _undone() -> sa.Column:
    return sa.Column("undone", sa.Boolean(), nullable=False, server_default=sa.false())


def _altered() -> None:
    for table, key in (
        ("programmemark", "programmemark_item_id_mark_key"),
        ("mediapublication", "mediapublication_media_id_key"),
    ):
        op.drop_constraint(key, table)
        op.add_column(table, _undone())
    op.drop_constraint("directivestep_step_check", "directivestep")
    op.create_check_constraint("directivestep_step_check", "directivestep", STEPS)


def _made_again() -> None:
    """SQLite changes no constraint of a table: it is made again. None of these is referred to."""
    _again(
        "programmemark",
        ("item_id", "mark"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        _undone(),
        *_fact("item_id", "programmeitem"),
        sa.CheckConstraint("mark IN ('started','finished')"),
    )
    op.create_index("ix_programme_mark", "programmemark", ["item_id", "at", "id"])
    _again(
        "mediapublication",
        ("media_id",),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.Integer(), nullable=False),
        _undone(),
        *_fact("media_id", "mediaitem"),
    )
    _again(
        "directivestep",
        ("directive_id", "step", "note"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("directive_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        *_fact("directive_id", "directive"),
        sa.CheckConstraint(STEPS),
    )
    op.create_index("ix_directivestep_directive", "directivestep", ["directive_id", "id"])


def _again(table: str, kept: tuple[str, ...], *parts) -> None:
    """Makes a table of these parts with the rows of the one that has its name."""
    columns = ", ".join(("id", *kept, *FACT))
    op.create_table(f"{table}_again", *parts)
    op.execute(f"INSERT INTO {table}_again ({columns}) SELECT {columns} FROM {table}")
    op.drop_table(table)
    op.rename_table(f"{table}_again", table)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
