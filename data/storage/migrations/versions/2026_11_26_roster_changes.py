"""Changes of the roster: delegates are added, corrected and retired, and the counts follow."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_roster_changes"
down_revision = "2026_11_26_roll_call_reminders"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column(
        "delegate", sa.Column("position", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "delegate", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column(
        "delegate", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "delegatechange",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("title_vi", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("after_fact_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("step IN ('added','corrected','retired','restored')"),
        sa.CheckConstraint("step <> 'retired' OR length(reason) > 0"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"]),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_delegate_change", "delegatechange", ["event_id", "id"])
    op.create_index("ix_delegate_change_delegate", "delegatechange", ["delegate_id", "id"])
    numbers = ("assigned", "expected", "present", "substituted", "excused", "inside", "common")
    op.create_table(
        "rosterstep",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.ForeignKeyConstraint(["change_id"], ["delegatechange.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["programmeitem.id"]),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"]),
        sa.PrimaryKeyConstraint("change_id", "item_id", "delegation_id"),
    )
    op.create_index("ix_roster_step_item", "rosterstep", ["item_id", "delegation_id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
