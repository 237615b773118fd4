"""For many cases and workers: indexes of the queue's views, and a way for retention alone to remove whole cases."""

import sqlalchemy as sa
from alembic import op

from kiosk.desk.migrations.versions.v0001_first import allow, forbid

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_head_mine", "case_head", ["expert", "state", "harm", "opened"])
    op.create_index("case_head_changed", "case_head", ["changed"])
    op.create_index("case_head_state_changed", "case_head", ["state", "changed"])
    op.create_table("retiring", sa.Column("case_id", sa.String, primary_key=True))
    allow("events", "DELETE")
    forbid("events", "DELETE", unless="EXISTS (SELECT 1 FROM retiring WHERE case_id = OLD.case_id)")


def downgrade() -> None:
    allow("events", "DELETE")
    forbid("events", "DELETE")
    op.drop_table("retiring")
    for index in ("case_head_state_changed", "case_head_changed", "case_head_mine"):
        op.drop_index(index, "case_head")
