"""The tables of the article store."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

SCHEMA = "1"
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
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)
journal = sa.Table(
    "journal",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.String, nullable=False, index=True),
    sa.Column("content", sa.Text),
)
captures = sa.Table(
    "captures",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("url", sa.String, nullable=False, index=True),
    sa.Column("captured_at", _UtcTime, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("media_type", sa.String),
    sa.Column("payload_digest", sa.String, nullable=False, index=True),
    sa.Column("warc_file", sa.String, nullable=False),
    sa.Column("warc_offset", sa.Integer, nullable=False),
    sa.Column("run", sa.String, nullable=False),
    sa.UniqueConstraint("warc_file", "warc_offset"),
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
    sa.Column("article_id", sa.String),
    sa.Column("detail", sa.String, nullable=False),
)
withdrawals = sa.Table(
    "withdrawals",
    metadata,
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("at", _UtcTime, nullable=False),
)
