"""Changes of what the event is called and expects."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_event_changes"
down_revision = "2026_11_26_programme_changes"
branch_labels = depends_on = None

TEXTS = ("name_vi", "name_en", "short_name_vi", "short_name_en", "place_vi", "place_en")


def upgrade() -> None:
    op.add_column("event", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "eventchange",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("expected_delegates", sa.Integer(), nullable=False),
        sa.Column("day_from", sa.Time(), nullable=False),
        sa.Column("day_to", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_event_change", "eventchange", ["event_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
