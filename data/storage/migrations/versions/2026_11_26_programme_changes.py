"""Changes of the programme: items and venues are added, changed and cancelled in place.

A fact of before holds no more than the times of an item: the rest of it could not be changed then.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_programme_changes"
down_revision = "2026_11_26_roster_changes"
branch_labels = depends_on = None

TEXTS = ("title_vi", "title_en", "short_vi", "short_en", "chair")


def upgrade() -> None:
    _versioned("venue")
    _versioned("programmeitem")
    _flag("programmeitem", "cancelled")
    op.add_column("programmeitem", sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    _versioned("itemplan")
    for name in (*TEXTS, "reason"):
        op.add_column("itemplan", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("itemplan", sa.Column("venue_id", sa.Integer(), nullable=True))
    _flag("itemplan", "cancelled")
    _flag("itemplan", "added")
    kept = ", ".join(
        f"{name} = (SELECT {name} FROM programmeitem WHERE programmeitem.id = itemplan.item_id)"
        for name in (*TEXTS, "venue_id")
    )
    op.execute(f"UPDATE itemplan SET {kept}")
    op.create_table(
        "venuechange",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_venue_change", "venuechange", ["event_id", "at", "id"])


def _versioned(table: str) -> None:
    op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def _flag(table: str, name: str) -> None:
    op.add_column(
        table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
