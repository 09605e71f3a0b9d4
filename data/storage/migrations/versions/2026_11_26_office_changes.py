"""Changes of the offices: they are added, changed and retired in place; one leads several sections."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_office_changes"
down_revision = "2026_11_26_section_changes"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column(
        "person", sa.Column("more_sections", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column(
        "person", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("person", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "officechange",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("section_keys", sa.JSON(), nullable=False),
        sa.Column("desk_key", sa.String(), nullable=True),
        sa.Column("item_key", sa.String(), nullable=True),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["office_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_office_change", "officechange", ["office_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
