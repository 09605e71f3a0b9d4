"""Changes of how the event's documents are headed, and of its arrival plan."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_document_changes"
down_revision = "2026_11_26_trials"
branch_labels = depends_on = None


def upgrade() -> None:
    for name, default in (("arrival_plan", "[]"), ("documents", "{}")):
        op.add_column(
            "eventchange", sa.Column(name, sa.JSON(), nullable=False, server_default=default)
        )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
