"""The first shape: cases, kiosks, people, files and the audit log. Append-only tables refuse change in the database."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _cases()
    _estate()
    _people()
    _logs()
    for table in ("events", "audit"):
        for verb in ("UPDATE", "DELETE"):
            forbid(table, verb)


def forbid(table: str, verb: str, unless: str = "") -> None:
    """A trigger that lets nobody do this to a row; `unless` is a condition over OLD."""
    name, but = f"{table}_no_{verb.lower()}", f"WHEN (NOT ({unless}))" if unless and not _is_postgres() else ""
    if not _is_postgres():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {but} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    refuse = f"RAISE EXCEPTION '{table} is append-only';"
    body = f"IF NOT ({unless}) THEN {refuse} END IF; RETURN OLD;" if unless else refuse
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def allow(table: str, verb: str) -> None:
    """Takes the trigger of `forbid` away."""
    name = f"{table}_no_{verb.lower()}"
    if not _is_postgres():
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def downgrade() -> None:
    for table in ("events", "audit"):
        for verb in ("UPDATE", "DELETE"):
            allow(table, verb)
    for table in ("audit", "files", "sessions", "people", "kiosks", "codes", "stores", "case_head", "events", "about"):
        op.drop_table(table)


def _cases() -> None:
    op.create_table(
        "about",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("stored", sa.Float, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("case_id", "id", name="events_once"),
    )
    op.create_table(
        "case_head",
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("kiosk", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("opened", sa.Float, nullable=False),
        sa.Column("changed", sa.Float, nullable=False),
        sa.Column("harm", sa.Integer, nullable=False),
        sa.Column("expert", sa.String, nullable=False),
        sa.Column("tier", sa.Integer, nullable=False),
        sa.Column("replied", sa.Float),
        sa.Column("card", sa.LargeBinary, nullable=False),
    )
    op.create_index("case_head_kiosk", "case_head", ["kiosk", "changed"])
    op.create_index("case_head_queue", "case_head", ["state", "harm", "opened"])


def _estate() -> None:
    op.create_table(
        "stores",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
    )
    op.create_table(
        "codes",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("store", sa.String, sa.ForeignKey("stores.id"), nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("used", sa.Float),
    )
    op.create_table(
        "kiosks",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("store", sa.String, sa.ForeignKey("stores.id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("token_hash", sa.String, nullable=False, unique=True),
        sa.Column("public_key", sa.String, nullable=False),
        sa.Column("release_key", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("enrolled", sa.Float, nullable=False),
        sa.Column("barred", sa.Boolean, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("tier", sa.Integer, nullable=False),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("token_hash", sa.String, unique=True),
        sa.Column("totp", sa.String),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("person", sa.String, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )


def _logs() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
        sa.Column("complete", sa.Float),
    )
    op.create_index("files_case", "files", ["case_id"])
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("chain", sa.String, nullable=False),
    )
