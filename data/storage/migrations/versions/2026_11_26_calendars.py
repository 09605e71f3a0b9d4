"""Calendar addresses, under which a telephone subscribes to the programme."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_calendars"
down_revision = "2026_11_26_papers"
branch_labels = depends_on = None


def _fact() -> list[sa.schema.SchemaItem]:
    """What every fact has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    ]


def upgrade() -> None:
    op.create_table(
        "calendaraddress",
        *_fact(),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"]),
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("kind IN ('office','room','delegates')"),
    )
    op.create_index(op.f("ix_calendaraddress_event_id"), "calendaraddress", ["event_id"])
    op.create_table(
        "calendarend",
        *_fact(),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendaraddress.id"]),
        sa.UniqueConstraint("calendar_id"),
    )


def downgrade() -> None:
    for name in ("calendarend", "calendaraddress"):
        op.drop_table(name)
