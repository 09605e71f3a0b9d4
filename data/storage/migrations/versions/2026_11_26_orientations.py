"""What a forum is to be about comes with an event's files."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_orientations"
down_revision = "2026_11_26_nouns"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column(
        "programmeitem", sa.Column("orientation", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("programmeitem", "orientation")
