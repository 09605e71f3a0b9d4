"""When a section last said that nothing changed, which renews its critical tasks too."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_renewals'
down_revision = '2026_11_25_task_plan'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('sectionstate', sa.Column('renewed_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE sectionstate SET renewed_at = (SELECT max(sectionreport.at) FROM sectionreport "
        "WHERE sectionreport.section_id = sectionstate.section_id AND sectionreport.headline IS NULL)"
    )
