"""Photographs that reports carry, and their bytes in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_evidence'
down_revision = '2026_11_25_past'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('photograph',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('width > 0 AND height > 0'),
    sa.ForeignKeyConstraint(['report_id'], ['taskreport.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('report_id', 'place')
    )
    op.create_table('photographbytes',
    sa.Column('photograph_id', sa.Integer(), nullable=False),
    sa.Column('thumbnail', sa.LargeBinary(), nullable=False),
    sa.Column('picture', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['photograph_id'], ['photograph.id'], ),
    sa.PrimaryKeyConstraint('photograph_id')
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
