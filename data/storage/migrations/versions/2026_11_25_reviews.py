"""Signed reviews, and the directives of a meeting with what became of them."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_reviews'
down_revision = '2026_11_25_silence'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('signedreview',
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('phase', sa.String(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.CheckConstraint('number BETWEEN 1 AND 9999'),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], ),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.PrimaryKeyConstraint('review_id'),
    sa.UniqueConstraint('event_id', 'number')
    )
    op.create_table('directive',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('section_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('directive','decision')"),
    sa.CheckConstraint('length(text) > 0'),
    sa.CheckConstraint("(kind = 'directive') = (due_at IS NOT NULL)"),
    sa.CheckConstraint("(kind = 'directive') = (section_id IS NOT NULL OR office_id IS NOT NULL)"),
    sa.CheckConstraint('section_id IS NULL OR office_id IS NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], ),
    sa.ForeignKeyConstraint(['office_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('event_id', 'number'),
    sa.UniqueConstraint('nonce')
    )
    op.create_table('directivestep',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('directive_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.CheckConstraint("step IN ('acknowledged','done','withdrawn')"),
    sa.ForeignKeyConstraint(['directive_id'], ['directive.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_index('ix_directivestep_directive', 'directivestep', ['directive_id', 'id'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
