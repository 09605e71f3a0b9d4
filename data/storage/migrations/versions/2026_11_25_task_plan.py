"""What a task's plan is made of: its start, the baseline, the pin, the version of its row, and a cadence of its own."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_task_plan'
down_revision = '2026_11_25_ledger'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPTIONAL = {
    'start': sa.String(),
    'start_at': MOMENT,
    'baseline_start': sa.String(),
    'baseline_start_at': MOMENT,
    'cadence_before_hours': sa.Float(),
    'cadence_near_hours': sa.Float(),
    'cadence_day_hours': sa.Float(),
}


def upgrade() -> None:
    for name, kind in OPTIONAL.items():
        op.add_column('task', sa.Column(name, kind, nullable=True))
    # The defaults stay: to take one away, SQLite would have to make the table anew, and others refer to it.
    for name, kind, default in (
        ('baseline_due', sa.String(), ''),
        ('baseline_due_at', MOMENT, '1970-01-01 00:00:00'),
        ('pinned', sa.Boolean(), sa.false()),
        ('carried_days', sa.Integer(), '0'),
        ('version', sa.Integer(), '1'),
    ):
        op.add_column('task', sa.Column(name, kind, nullable=False, server_default=default))
    op.execute("UPDATE task SET baseline_due = due, baseline_due_at = due_at")
