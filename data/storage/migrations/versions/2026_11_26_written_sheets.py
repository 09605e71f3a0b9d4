"""How the sheets looked that an event came from."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_written_sheets"
down_revision = "2026_11_26_script"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "writtensheet",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.PrimaryKeyConstraint("event_id", "kind"),
    )
    op.create_table(
        "writtenrow",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.PrimaryKeyConstraint("kind", "subject_id"),
    )
    op.create_index("ix_writtenrow_event_id", "writtenrow", ["event_id"])


def downgrade() -> None:
    op.drop_table("writtenrow")
    op.drop_table("writtensheet")
