"""Changes of the delegations: they are added, renamed, grouped and put in order in place."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_delegation_changes"
down_revision = "2026_11_26_desk_changes"
branch_labels = depends_on = None

TEXTS = ("name_vi", "name_en", "group_vi", "group_en")


def upgrade() -> None:
    for name in TEXTS[2:]:
        op.add_column("delegation", sa.Column(name, sa.String(), nullable=False, server_default=""))
    for name, default in (("position", "0"), ("version", "1")):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default=default)
        op.add_column("delegation", column)
    op.create_table(
        "delegationchange",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_delegation_change", "delegationchange", ["delegation_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
