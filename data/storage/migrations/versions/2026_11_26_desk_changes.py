"""Changes of the check-in desks: they are added, changed and retired in place."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_desk_changes"
down_revision = "2026_11_26_office_changes"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("desk", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "desk", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "deskchange",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_desk_change", "deskchange", ["event_id", "at", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
