"""When an import was confirmed that is written by a process of its own."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_confirmed_imports"
down_revision = "2026_11_26_particulars"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column(
        "importdraft", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("importdraft", "confirmed_at")
