"""Changes of the sections: they are added, changed and dissolved in place."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_section_changes"
down_revision = "2026_11_26_task_changes"
branch_labels = depends_on = None

TEXTS = ("name_vi", "name_en", "short_vi", "short_en")
CADENCES = ("cadence_before_hours", "cadence_near_hours", "cadence_day_hours")


def upgrade() -> None:
    op.add_column("section", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "section", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("section", sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "sectionchange",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in CADENCES),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_section_change", "sectionchange", ["event_id", "at", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
