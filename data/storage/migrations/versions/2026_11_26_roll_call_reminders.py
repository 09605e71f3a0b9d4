"""Reminders of a roll-call."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_roll_call_reminders"
down_revision = "2026_11_26_taken_back"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "rollcallreminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_call_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["roll_call_id"], ["rollcall.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_rollcallreminder_call", "rollcallreminder", ["roll_call_id", "id"])


def downgrade() -> None:
    op.drop_table("rollcallreminder")
