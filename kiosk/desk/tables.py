"""The tables of the desk as SQLAlchemy Core sees them; migrations make them, nothing here talks to a database."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

about = Table(
    "about",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("sender", String, nullable=False),  # who was signed in: kiosk or person; authors may be restored ones
    Column("stored", Float, nullable=False),  # Unix time of the desk
    Column("data", LargeBinary, nullable=False),  # the event as JSON, `seq` in it, the body byte for byte
    UniqueConstraint("case_id", "id", name="events_once"),
)

case_head = Table(
    "case_head",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("kiosk", String, nullable=False),
    Column("state", String, nullable=False),  # waiting | taken | resolved
    Column("last_seq", Integer, nullable=False),
    Column("opened", Float, nullable=False),
    Column("changed", Float, nullable=False),
    Column("harm", Integer, nullable=False),  # 0 safety, 1 cannot sell at all, 2 the rest
    Column("expert", String, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("replied", Float),  # first message of an expert
    Column("card", LargeBinary, nullable=False),  # what a row of the queue shows, JSON of head.Card
    Index("case_head_kiosk", "kiosk", "changed"),
    Index("case_head_queue", "state", "harm", "opened"),
    Index("case_head_mine", "expert", "state", "harm", "opened"),
    Index("case_head_changed", "changed"),
    Index("case_head_state_changed", "state", "changed"),
)

retiring = Table(  # cases that retention removes in this very transaction; the log's triggers let only those go
    "retiring",
    metadata,
    Column("case_id", String, primary_key=True),
)

stores = Table(
    "stores",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
)

codes = Table(
    "codes",
    metadata,
    Column("hash", String, primary_key=True),
    Column("store", String, ForeignKey("stores.id"), nullable=False),
    Column("made", Float, nullable=False),
    Column("used", Float),
)

kiosks = Table(
    "kiosks",
    metadata,
    Column("id", String, primary_key=True),
    Column("store", String, ForeignKey("stores.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("token_hash", String, nullable=False, unique=True),
    Column("public_key", String, nullable=False),
    Column("release_key", String, nullable=False),
    Column("version", String, nullable=False),
    Column("enrolled", Float, nullable=False),
    Column("barred", Boolean, nullable=False, default=False),
)

people = Table(
    "people",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("password", String, nullable=False),  # argon2id
    Column("token_hash", String, unique=True),
    Column("totp", String),  # sealed by the desk's key
    Column("totp_step", Integer, nullable=False, default=0),  # the last one used
    Column("subject", String, unique=True),  # issuer and subject of an OpenID provider
    Column("active", Boolean, nullable=False, default=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String, primary_key=True),
    Column("person", String, ForeignKey("people.id"), nullable=False),
    Column("began", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("stage", String, nullable=False, default="in"),
    Column("refresh", String),  # of the OpenID provider, sealed by the desk's key
    Column("asked", Float, nullable=False, default=0.0),  # when the provider last said yes
)

files = Table(
    "files",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("expires", Float, nullable=False),
    Column("complete", Float),
    Index("files_case", "case_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("about", String, nullable=False),
    Column("chain", String, nullable=False),  # SHA-256 over the one before and this row
)
