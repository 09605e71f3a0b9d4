"""Who signs in how: accounts, the life of sign-ins and invitations, guesses, and from where a change came."""

import sqlalchemy as sa
from alembic import op

revision = '2026_11_24_identity'
down_revision = '2026_11_23_first_tables'
branch_labels = None
depends_on = None

ROLES = "role IN ('admin','committee','command','lead','deputy','rapporteur','desk','media','display')"
HOW = "how IN ('rehearsal','invitation','password','provider','display')"
INVITED = "how IN ('invitation','provider')"


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == 'sqlite'
    if sqlite:  # it can only change a check by building the table anew
        with op.batch_alter_table('person', recreate='always', table_args=(sa.CheckConstraint(ROLES),)) as batch_op:
            batch_op.add_column(sa.Column('item_key', sa.String(), nullable=True))
    else:
        op.add_column('person', sa.Column('item_key', sa.String(), nullable=True))
        op.drop_constraint('person_role_check', 'person')
        op.create_check_constraint('person_role_check', 'person', ROLES)

    # Whoever was signed in signs in again: nothing is known of where those browsers are.
    op.execute("DELETE FROM signin")
    op.execute("DELETE FROM invitation")
    with op.batch_alter_table('signin', recreate='always' if sqlite else 'never', table_args=(sa.CheckConstraint(HOW),)) as batch_op:
        batch_op.add_column(sa.Column('how', sa.String(), nullable=False))
        batch_op.add_column(sa.Column('address', sa.String(), nullable=False))
        batch_op.add_column(sa.Column('device', sa.String(), nullable=False))
        batch_op.add_column(sa.Column('used_at', sa.DateTime(timezone=True), nullable=False))
        batch_op.add_column(sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False))
        batch_op.add_column(sa.Column('locked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('wrong_pins', sa.Integer(), nullable=False))
    if not sqlite:
        op.create_check_constraint('signin_how_check', 'signin', HOW)
    op.create_index('ix_signin_person_id', 'signin', ['person_id'], unique=False)
    with op.batch_alter_table('invitation', recreate='always' if sqlite else 'never', table_args=(sa.CheckConstraint(INVITED),)) as batch_op:
        batch_op.add_column(sa.Column('how', sa.String(), nullable=False))
        batch_op.add_column(sa.Column('rehearsal', sa.Boolean(), nullable=False))
        batch_op.add_column(sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False))
    if not sqlite:
        op.create_check_constraint('invitation_how_check', 'invitation', INVITED)
    op.create_index('ix_invitation_person_id', 'invitation', ['person_id'], unique=False)

    op.create_table('account',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('rehearsal', sa.Boolean(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=True),
    sa.Column('pin_hash', sa.String(), nullable=True),
    sa.Column('email', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('person_id', 'rehearsal'),
    sa.UniqueConstraint('email', 'rehearsal')
    )
    op.create_table('failedtry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bucket', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_failed_try', 'failedtry', ['bucket', 'at'], unique=False)
    op.create_table('secret',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    with op.batch_alter_table('change') as batch_op:
        batch_op.add_column(sa.Column('sign_in_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key('change_sign_in_id_fkey', 'signin', ['sign_in_id'], ['id'])
    op.create_index('ix_change_person', 'change', ['person_id', 'id'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
