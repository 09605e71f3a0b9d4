"""Changes of the tasks: they are added, retired and moved to another section in place.

No task could leave its section before, so that a fact of then is of the section that has it now.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_task_changes"
down_revision = "2026_11_26_imports"
branch_labels = depends_on = None


def upgrade() -> None:
    _flag("task", "retired")
    op.add_column("task", sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    _flag("taskplan", "retired")
    _flag("taskplan", "added")
    op.add_column("taskplan", sa.Column("reason", sa.String(), nullable=False, server_default=""))
    op.add_column("taskplan", sa.Column("section_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE taskplan SET section_id = "
        "(SELECT section_id FROM task WHERE task.id = taskplan.task_id)"
    )


def _flag(table: str, name: str) -> None:
    op.add_column(
        table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
