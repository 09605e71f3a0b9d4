"""Delegates' names and telephone numbers, where an event keeps them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_particulars"
down_revision = "2026_11_26_orientations"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column(
        "event", sa.Column("particulars", sa.JSON(), nullable=False, server_default="{}")
    )
    op.create_table(
        "particularchoice",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("turned_on", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('name','phone')"),
        sa.CheckConstraint("NOT turned_on OR (length(reason) > 0 AND erase_on IS NOT NULL)"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_particular_choice", "particularchoice", ["event_id", "id"])
    op.create_table(
        "delegateparticulars",
        sa.Column("delegate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"]),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.PrimaryKeyConstraint("delegate_id"),
    )
    op.create_index("ix_delegateparticulars_event_id", "delegateparticulars", ["event_id"])


def downgrade() -> None:
    op.drop_table("delegateparticulars")
    op.drop_table("particularchoice")
    op.drop_column("event", "particulars")
