"""The forms in which many reports are exported: one entry a form, from articles to bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from archive.article import CHINA, Article, article_to_json
from archive.words import N_
from web.citations.article_item import csl_item, newest_capture
from web.citations.formats import DEFAULT_FORMAT, CitationFormat
from web.citations.formats import formats as citation_formats
from web.exports.tables import csv_lines
from web.exports.warc_members import members_behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where exported articles come from, as files name it."""

    archive_name: str
    warc_folder: Path
    page_url: Callable[[Article], str]
    translate: Callable[[str], str]
    """Message ids into the reader's language."""

    def item(self, article: Article) -> dict[str, object]:
        """The item of CSL-JSON that cites an article."""
        return csl_item(article, archive=self.archive_name, archived_url=self.page_url(article))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """One form of export."""

    key: str
    """What an address says."""
    label: str
    """What a reader is shown; a message id where it has words."""
    media_type: str
    suffix: str
    """Of the file, with the dot."""
    write: Callable[[Iterable[Article], Source], Iterator[bytes]]
    """The file piece by piece; what it holds at once does not grow with the articles."""


_COLUMNS = (
    N_("Id"),
    N_("Title"),
    N_("Author"),
    N_("Published in"),
    N_("Publisher"),
    N_("Published"),
    N_("Channel"),
    N_("Reprinted from"),
    N_("Original address"),
    N_("Address in this archive"),
    N_("Captured"),
    N_("Payload digest"),
    N_("Citation"),
)


def _csv(articles: Iterable[Article], source: Source) -> Iterator[bytes]:
    header = [source.translate(column) for column in _COLUMNS]
    return csv_lines(header, (_row(article, source) for article in articles))


def _row(article: Article, source: Source) -> list[str | None]:
    capture = newest_capture(article)
    at = capture and capture.captured_at.astimezone(CHINA)
    return [
        article.id,
        article.title,
        "；".join(article.authors),
        article.container_title,
        article.publisher,
        article.published.isoformat() if article.published else None,
        article.channel,
        article.reprinted_from,
        article.url,
        source.page_url(article),
        at.strftime("%Y-%m-%d %H:%M:%S") if at else None,
        capture.payload_digest if capture else None,
        citation_formats[DEFAULT_FORMAT].render(source.item(article)),
    ]


def _json_lines(articles: Iterable[Article], source: Source) -> Iterator[bytes]:
    for article in articles:
        shown = {**json.loads(article_to_json(article)), "page_url": source.page_url(article)}
        yield json.dumps(shown, ensure_ascii=False).encode() + b"\n"


def _warc(articles: Iterable[Article], source: Source) -> Iterator[bytes]:
    described: set[Path] = set()
    for article in articles:
        yield from members_behind(source.warc_folder, article, described)


def _cited(form: CitationFormat) -> ExportFormat:
    def write(articles: Iterable[Article], source: Source) -> Iterator[bytes]:
        items = (source.item(article) for article in articles)
        return (piece.encode() for piece in form.list(items))

    return ExportFormat(
        key=form.key,
        label=form.label,
        media_type=form.media_type,
        suffix=form.suffix,
        write=write,
    )


DEFAULT_EXPORT = "csv"

_LISTED = (
    ExportFormat(
        key="csv",
        label=N_("Table for Excel (CSV)"),
        media_type="text/csv",
        suffix=".csv",
        write=_csv,
    ),
    ExportFormat(
        key="jsonl",
        label="JSON Lines",
        media_type="application/jsonl",
        suffix=".jsonl",
        write=_json_lines,
    ),
    ExportFormat(
        key="warc",
        label=N_("Captured pages (WARC)"),
        media_type="application/warc",
        suffix=".warc.gz",
        write=_warc,
    ),
    *map(_cited, citation_formats.values()),
)

export_formats: Mapping[str, ExportFormat] = MappingProxyType({each.key: each for each in _LISTED})
"""Every form of export, in the order in which a reader is offered them."""
