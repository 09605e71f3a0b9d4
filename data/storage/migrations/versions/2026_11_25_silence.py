"""The ladder behind a silent section: how long each step waits, who was called when, and who answered."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_silence'
down_revision = '2026_11_25_plan_changes'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Its default stays: to take it away, SQLite would have to make the table anew, and others refer to it.
    op.add_column('event', sa.Column('silence', sa.JSON(), nullable=False, server_default='{}'))
    op.create_table('silencestep',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('section_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rung', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("rung IN ('lead','deputy','command')"),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('section_id', 'since', 'rung')
    )
    op.create_index('ix_silence_step_event', 'silencestep', ['event_id', 'since'], unique=False)
    op.create_table('silenceacknowledgement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('step_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['step_id'], ['silencestep.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce'),
    sa.UniqueConstraint('step_id')
    )
