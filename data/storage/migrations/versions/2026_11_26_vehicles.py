"""Arrivals of delegations' vehicles."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_vehicles"
down_revision = "2026_11_26_causes"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "vehiclearrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_vehicle_arrival_newest", "vehiclearrival", ["delegation_id", "id"])


def downgrade() -> None:
    op.drop_table("vehiclearrival")
