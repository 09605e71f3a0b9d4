"""The changes of the plan: what was replaced of tasks, programme items, planned media and the event's own days; pins."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_plan_changes'
down_revision = '2026_11_25_roll_calls'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in ('programmeitem', 'mediaitem'):
        # Its default stays: to take it away, SQLite would have to make the table anew, and others refer to it.
        op.add_column(table, sa.Column('pinned', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table('eventplan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_index('ix_event_plan', 'eventplan', ['event_id', 'at', 'id'], unique=False)
    op.create_table('taskplan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title_vi', sa.String(), nullable=False),
    sa.Column('title_en', sa.String(), nullable=False),
    sa.Column('due', sa.String(), nullable=False),
    sa.Column('due_at', MOMENT, nullable=False),
    sa.Column('start', sa.String(), nullable=True),
    sa.Column('start_at', MOMENT, nullable=True),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('carried_days', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('critical', sa.Boolean(), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('move_id', sa.Integer(), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['move_id'], ['eventplan.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_index('ix_task_plan', 'taskplan', ['event_id', 'at', 'id'], unique=False)
    op.create_index('ix_task_plan_task', 'taskplan', ['task_id', 'id'], unique=False)
    _dated('itemplan', 'ix_item_plan', 'item_id', 'programmeitem', ['starts_at', 'ends_at'])
    _dated('mediaplan', 'ix_media_plan', 'media_id', 'mediaitem', ['planned_at'])


def _dated(name: str, index: str, about: str, of: str, moments: list[str]) -> None:
    op.create_table(name,
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column(about, sa.Integer(), nullable=False),
    *(sa.Column(moment, MOMENT, nullable=False) for moment in moments),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('move_id', sa.Integer(), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.ForeignKeyConstraint([about], [f'{of}.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['move_id'], ['eventplan.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_index(index, name, ['event_id', 'at', 'id'], unique=False)
