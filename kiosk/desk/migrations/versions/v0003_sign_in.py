"""For signing in: codes of an authenticator, people of an OpenID provider, sessions that wait for a second factor."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("totp_step", sa.Integer, nullable=False, server_default="0"))
    op.add_column("people", sa.Column("subject", sa.String))
    op.create_index("people_subject", "people", ["subject"], unique=True)
    op.add_column("sessions", sa.Column("stage", sa.String, nullable=False, server_default="in"))
    op.add_column("sessions", sa.Column("refresh", sa.String))
    op.add_column("sessions", sa.Column("asked", sa.Float, nullable=False, server_default="0"))


def downgrade() -> None:
    for column in ("asked", "refresh", "stage"):
        op.drop_column("sessions", column)
    op.drop_index("people_subject", "people")
    for column in ("subject", "totp_step"):
        op.drop_column("people", column)
