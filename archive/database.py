"""The database behind the article store: its tables, and how it is opened."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from archive.errors import SettingInvalid, StoreUnreadable

SCHEMA = "4"
"""Raise it whenever the tables, the meaning of a column or the form of an article change."""


class _UtcTime(sa.TypeDecorator[datetime]):
    """An instant in UTC, kept as ISO 8601 text so that it sorts and is read by eye."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


metadata = sa.MetaData()

stamp = sa.Table(
    "stamp",
    metadata,
    sa.Column("schema", sa.String, nullable=False),
    sa.Column("store_id", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
)
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("site", sa.String, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("published", sa.Date),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)
journal = sa.Table(
    "journal",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.String, nullable=False, index=True),
    sa.Column("content", sa.Text),
    sa.Column("is_past", sa.Boolean, nullable=False),
)
commits = sa.Table(
    "commits",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", _UtcTime, nullable=False, index=True),
)
"""The newest revision of every commit that changed articles, and when it could be seen."""
captures = sa.Table(
    "captures",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("captured_at", _UtcTime, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("media_type", sa.String),
    sa.Column("payload_digest", sa.String, nullable=False, index=True),
    sa.Column("warc_file", sa.String, nullable=False),
    sa.Column("warc_offset", sa.Integer, nullable=False),
    sa.Column("warc_length", sa.Integer),
    sa.Column("run", sa.String, nullable=False),
    sa.Column("etag", sa.String),
    sa.Column("last_modified", sa.String),
    sa.Column("revisit_of", sa.String),
    sa.Column("address_key", sa.String, nullable=False),
    sa.UniqueConstraint("warc_file", "warc_offset"),
    sa.Index("captures_of_address", "url", "captured_at"),
    sa.Index("captures_by_key", "address_key", "captured_at", "id"),
)
article_captures = sa.Table(
    "article_captures",
    metadata,
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("capture_id", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("page", sa.Integer, nullable=False),
)
outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("run", sa.String, primary_key=True),
    sa.Column("url", sa.String, primary_key=True),
    sa.Column("site", sa.String, nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("at", _UtcTime, nullable=False),
    sa.Column("capture_id", sa.String, index=True),
    sa.Column("article_id", sa.String, index=True),
    sa.Column("detail", sa.String, nullable=False),
)
fingerprints = sa.Table(
    "fingerprints",
    metadata,
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("group_id", sa.String, nullable=False, index=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
fingerprint_keys = sa.Table(
    "fingerprint_keys",
    metadata,
    sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.String, primary_key=True),
    sqlite_with_rowid=False,
)
reprints = sa.Table(
    "reprints",
    metadata,
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("other_id", sa.String, primary_key=True),
    sqlite_with_rowid=False,
)
"""Every pair in both directions."""
withdrawals = sa.Table(
    "withdrawals",
    metadata,
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("at", _UtcTime, nullable=False),
)


def engine_for(url: str) -> sa.Engine:
    """An engine whose writers wait for each other. Raises ``SettingInvalid`` for no URL."""
    try:
        in_memory = sa.make_url(url).database in (None, "", ":memory:")
        # Every thread may keep a connection; none waits for another's.
        engine = sa.create_engine(url, **({} if in_memory else {"max_overflow": -1}))
    except (sa.exc.ArgumentError, ImportError) as error:
        raise SettingInvalid(name="store", reason=str(error)) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def create(connection: sa.Connection) -> None:
    """Make the tables, stamped with a new store id."""
    metadata.create_all(connection)
    first = {"schema": SCHEMA, "store_id": secrets.token_hex(8), "revision": 0}
    connection.execute(stamp.insert(), first)


@contextmanager
def readable(url: str | sa.URL) -> Iterator[None]:
    """Turn what the database's driver raises into ``StoreUnreadable``."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        raise StoreUnreadable(store=str(url), reason=str(getattr(error, "orig", error))) from error


@lru_cache(maxsize=512)
def sql_of(statement: sa.Select[Any], wanted: int) -> str:
    """A statement as SQLite takes it, its parameters being so many ``wanted`` values."""
    filled = statement.params(wanted=[""] * wanted)
    return str(filled.compile(dialect=SQLiteDialect(), compile_kwargs={"render_postcompile": True}))


def _prepare_sqlite(engine: sa.Engine) -> None:
    """WAL, full synchronisation, and ``BEGIN IMMEDIATE`` for connections that write."""
    if engine.url.database and engine.url.database != ":memory:":
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
