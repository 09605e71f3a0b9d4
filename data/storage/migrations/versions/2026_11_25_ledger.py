"""The ledger of attendance: exits, moves, announced substitutes and the way back, guests, counts at doors, late scans."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_25_ledger'
down_revision = '2026_11_24_identity'
branch_labels = None
depends_on = None

STANDING = "standing IN ('present','substitute','excused','announced','moved','undone')"
WORDED = "standing NOT IN ('substitute','excused') OR length(words) > 0"
PLACE = "place IN ('room','common','outside')"
AWAY = "standing IN ('present','substitute') OR place = 'outside'"


HOW = "how IN ('rehearsal','invitation','password','provider','display','token')"


def upgrade() -> None:
    _facts()
    _tokens()
    with op.batch_alter_table('attendancestate') as batch_op:
        batch_op.add_column(sa.Column('place', sa.String(), nullable=False, server_default='outside'))
        batch_op.add_column(sa.Column('came_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('attendancestate') as batch_op:
        batch_op.alter_column('place', server_default=None)
    op.create_index('ix_attendancestate_delegate', 'attendancestate', ['delegate_id'], unique=False)
    with op.batch_alter_table('attendancecount') as batch_op:
        batch_op.add_column(sa.Column('inside', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('common', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('attendancecount') as batch_op:
        batch_op.alter_column('inside', server_default=None)
        batch_op.alter_column('common', server_default=None)
    # Nothing is known of who left: whoever came is taken to be in the room of the item that he came to last.
    for table in ('attendancefact', 'attendancestate'):
        op.execute(f"UPDATE {table} SET came_at = at WHERE standing IN ('present','substitute')")
    op.execute(
        "UPDATE attendancestate SET place = 'room' WHERE standing IN ('present','substitute') AND fact_id = ("
        "SELECT max(other.fact_id) FROM attendancestate other WHERE other.delegate_id = attendancestate.delegate_id "
        "AND other.standing IN ('present','substitute'))"
    )
    op.execute("UPDATE attendancefact SET place = 'room' WHERE id IN (SELECT fact_id FROM attendancestate WHERE place = 'room')")
    op.execute(
        "UPDATE attendancecount SET inside = (SELECT count(*) FROM attendancestate "
        "JOIN delegate ON delegate.id = attendancestate.delegate_id "
        "WHERE attendancestate.item_id = attendancecount.item_id AND attendancestate.place = 'room' "
        "AND delegate.delegation_id = attendancecount.delegation_id)"
    )
    _new_columns()
    _new_tables()


def _new_columns() -> None:
    for table, column, kind, nothing in (
        ('delegation', 'contact', sa.String(), ''),
        ('delegation', 'vehicle', sa.String(), ''),
        ('event', 'documents', sa.JSON(), '{}'),
    ):
        # Its default stays: to take it away, SQLite would have to make the table anew, and others refer to it.
        op.add_column(table, sa.Column(column, kind, nullable=False, server_default=nothing))


def _facts() -> None:
    sqlite = op.get_bind().dialect.name == 'sqlite'
    checks = (sa.CheckConstraint(STANDING), sa.CheckConstraint(WORDED), sa.CheckConstraint(PLACE), sa.CheckConstraint(AWAY))
    if not sqlite:
        op.drop_constraint('attendancefact_standing_check', 'attendancefact')
    how = {'recreate': 'always', 'table_args': checks} if sqlite else {'recreate': 'never'}
    with op.batch_alter_table('attendancefact', **how) as batch_op:
        batch_op.add_column(sa.Column('place', sa.String(), nullable=False, server_default='outside'))
        batch_op.add_column(sa.Column('came_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('device_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('before_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('undoes_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key('attendancefact_before_id_fkey', 'attendancefact', ['before_id'], ['id'])
        batch_op.create_foreign_key('attendancefact_undoes_id_fkey', 'attendancefact', ['undoes_id'], ['id'])
    if not sqlite:
        op.alter_column('attendancefact', 'place', server_default=None)
        for name, check in (('standing', STANDING), ('place', PLACE), ('away', AWAY)):
            op.create_check_constraint(f'attendancefact_{name}_check', 'attendancefact', check)


def _tokens() -> None:
    """A sign-in may be a desk's token as well."""
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('signin', recreate='always', table_args=(sa.CheckConstraint(HOW),)):
            pass
    else:
        op.drop_constraint('signin_how_check', 'signin')
        op.create_check_constraint('signin_how_check', 'signin', HOW)


def _new_tables() -> None:
    op.create_table('rollmark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['programmeitem.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_index('ix_rollmark_item', 'rollmark', ['item_id', 'id'], unique=False)
    op.create_table('guestfact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('scan_id', sa.String(), nullable=False),
    sa.CheckConstraint('number != 0'),
    sa.ForeignKeyConstraint(['item_id'], ['programmeitem.id'], ),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('scan_id')
    )
    op.create_index('ix_guestfact_item', 'guestfact', ['item_id', 'at'], unique=False)
    op.create_table('doorcount',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('scan_id', sa.String(), nullable=False),
    sa.CheckConstraint('number >= 0'),
    sa.ForeignKeyConstraint(['item_id'], ['programmeitem.id'], ),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('scan_id')
    )
    op.create_index('ix_doorcount_item', 'doorcount', ['item_id', 'at'], unique=False)
    op.create_table('replacedbadge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('badge', sa.String(), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], ),
    sa.ForeignKeyConstraint(['delegate_id'], ['delegate.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('event_id', 'badge'),
    sa.UniqueConstraint('nonce')
    )
    op.create_table('latescan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('badge', sa.String(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('device_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('scan_id', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('told', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['programmeitem.id'], ),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('scan_id')
    )
    op.create_index('ix_latescan_item', 'latescan', ['item_id', 'id'], unique=False)
    op.create_table('latescansettled',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('late_scan_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['late_scan_id'], ['latescan.id'], ),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('late_scan_id'),
    sa.UniqueConstraint('nonce')
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
