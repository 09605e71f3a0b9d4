"""Go / no-go roll-calls; and log entries of the whole event, which belong to no section."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_roll_calls'
down_revision = '2026_11_25_renewals'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _entries_of_the_whole_event()
    op.create_table('rollcall',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('about_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('holds_minutes', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.CheckConstraint('holds_minutes > 0'),
    sa.CheckConstraint('length(question) > 0'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('event_id', 'number'),
    sa.UniqueConstraint('nonce')
    )
    op.create_index('ix_rollcall_latest', 'rollcall', ['event_id', 'at', 'id'], unique=False)
    op.create_table('rollcallsection',
    sa.Column('roll_call_id', sa.Integer(), nullable=False),
    sa.Column('section_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['roll_call_id'], ['rollcall.id'], ),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], ),
    sa.PrimaryKeyConstraint('roll_call_id', 'section_id')
    )
    op.create_table('rollcallanswer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('roll_call_id', sa.Integer(), nullable=False),
    sa.Column('section_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('entries_seen', sa.Integer(), nullable=False),
    sa.Column('updates_seen', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.CheckConstraint("answer IN ('go','conditional','no_go')"),
    sa.CheckConstraint("answer = 'go' OR length(words) > 0"),
    sa.ForeignKeyConstraint(['roll_call_id'], ['rollcall.id'], ),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_index('ix_rollcallanswer_call', 'rollcallanswer', ['roll_call_id', 'section_id', 'id'], unique=False)
    op.create_table('rollcallend',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('roll_call_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.CheckConstraint("outcome IN ('not_ready','conditional','go')"),
    sa.ForeignKeyConstraint(['roll_call_id'], ['rollcall.id'], ),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('roll_call_id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_table('rollcallresult',
    sa.Column('roll_call_id', sa.Integer(), nullable=False),
    sa.Column('section_id', sa.Integer(), nullable=False),
    sa.Column('stand', sa.String(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=True),
    sa.Column('entry_number', sa.Integer(), nullable=True),
    sa.CheckConstraint("stand IN ('no_go','voided','expired','silent','conditional','go')"),
    sa.ForeignKeyConstraint(['roll_call_id'], ['rollcall.id'], ),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], ),
    sa.ForeignKeyConstraint(['answer_id'], ['rollcallanswer.id'], ),
    sa.PrimaryKeyConstraint('roll_call_id', 'section_id')
    )


def _entries_of_the_whole_event() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        op.alter_column('entry', 'section_id', nullable=True)
        return
    # SQLite makes the table anew, and does not tell its checks: they are given again.
    checks = (sa.CheckConstraint('priority BETWEEN 1 AND 4'), sa.CheckConstraint('length(text) > 0'))
    with op.batch_alter_table('entry', recreate='always', table_args=checks) as batch_op:
        batch_op.alter_column('section_id', existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
