"""What a past moment is read from: attendance by the minute, the log's entries and the told changes by time."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_past'
down_revision = '2026_11_25_reviews'
branch_labels = None
depends_on = None

COUNTED = ('expected', 'present', 'substituted', 'excused', 'inside', 'common')
MINUTES = {
    'sqlite': r"strftime('%Y-%m-%d %H\:%M\:00.000000', {at})",
    'postgresql': "date_trunc('minute', {at})",
}


def upgrade() -> None:
    op.create_table('attendancestep',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('minute', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('came', sa.DateTime(timezone=True), nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in (*COUNTED, 'arrived')),
    sa.ForeignKeyConstraint(['item_id'], ['programmeitem.id'], ),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegation.id'], ),
    sa.PrimaryKeyConstraint('item_id', 'minute', 'delegation_id', 'came')
    )
    _fill()
    with op.batch_alter_table('entrystate') as batch_op:
        batch_op.add_column(sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE entrystate SET opened_at = (SELECT at FROM entry WHERE entry.id = entrystate.entry_id)')
    with op.batch_alter_table('entrystate') as batch_op:
        batch_op.alter_column('opened_at', nullable=False, existing_type=sa.DateTime(timezone=True))
    op.create_index('ix_entry_state_time', 'entrystate', ['event_id', 'at', 'opened_at'], unique=False)
    told = sa.text("topic <> 'attendance'")
    op.create_index(
        'ix_change_told', 'change', ['event_id', 'topic', 'at', 'id'], unique=False, sqlite_where=told, postgresql_where=told
    )


def _fill() -> None:
    """From the log: by how much each fact moved what the one before it had left of the same delegate at the same item."""
    minute = MINUTES[op.get_bind().dialect.name]
    stands = "{0} IN ('present','substitute','excused')"
    expected = f"CASE WHEN {stands} OR (assigned AND {{0}} <> 'moved') THEN 1 ELSE 0 END"
    counted = {
        'expected': (expected, 'standing'),
        'present': ("CASE WHEN {0} = 'present' THEN 1 ELSE 0 END", 'standing'),
        'substituted': ("CASE WHEN {0} = 'substitute' THEN 1 ELSE 0 END", 'standing'),
        'excused': ("CASE WHEN {0} = 'excused' THEN 1 ELSE 0 END", 'standing'),
        'inside': ("CASE WHEN {0} = 'room' THEN 1 ELSE 0 END", 'place'),
        'common': ("CASE WHEN {0} = 'common' THEN 1 ELSE 0 END", 'place'),
    }
    steps = ', '.join(f"{one.format(of)} - {one.format('was_' + of)} AS {name}" for name, (one, of) in counted.items())
    sums = ', '.join(f'sum({name})' for name in (*COUNTED, 'arrived'))
    nothing = ', '.join('0' for _ in COUNTED)
    op.execute(f"""
        WITH facts AS (
            SELECT f.id, f.item_id, f.delegate_id, d.delegation_id, e.item_id IS NOT NULL AS assigned, f.standing, f.place,
                f.at, CASE WHEN f.standing IN ('present','substitute') THEN f.came_at END AS came
            FROM attendancefact f JOIN delegate d ON d.id = f.delegate_id
            LEFT JOIN expectation e ON e.item_id = f.item_id AND e.delegate_id = f.delegate_id
        ), pairs AS (
            SELECT facts.*, coalesce(lag(standing) OVER own, 'undone') AS was_standing,
                coalesce(lag(place) OVER own, 'outside') AS was_place, lag(came) OVER own AS had
            FROM facts WINDOW own AS (PARTITION BY item_id, delegate_id ORDER BY id)
        ), parts AS (
            SELECT item_id, {minute.format(at='at')} AS minute, delegation_id,
                CASE WHEN came IS NOT DISTINCT FROM had THEN {minute.format(at='at')}
                    ELSE coalesce({minute.format(at='came')}, {minute.format(at='had')}) END AS came, {steps},
                CASE WHEN came IS NOT DISTINCT FROM had THEN 0 WHEN came IS NULL THEN -1 ELSE 1 END AS arrived
            FROM pairs
            UNION ALL
            SELECT item_id, {minute.format(at='at')}, delegation_id, {minute.format(at='had')}, {nothing}, -1
            FROM pairs WHERE came IS NOT NULL AND had IS NOT NULL AND came <> had
        )
        INSERT INTO attendancestep (item_id, minute, delegation_id, came, {', '.join(COUNTED)}, arrived)
        SELECT item_id, minute, delegation_id, came, {sums} FROM parts GROUP BY item_id, minute, delegation_id, came""")


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
