"""How templates write days, instants, marks and addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from flask_babel import gettext
from markupsafe import Markup

from archive.article import CHINA, Article
from archive.capture import Capture
from search.snippets import Span
from search.units import section_anchor
from web.citation_list import list_address
from web.holdings import holdings
from web.metadata import coins
from web.pages.blueprint import blueprint
from web.templating import written


@blueprint.app_template_filter()
def in_china(instant: datetime) -> str:
    """``2026-11-22 09:30`` in China."""
    return instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@blueprint.app_template_filter()
def in_utc(instant: datetime) -> str:
    """The same for machines: ``2026-11-22T01:30:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@blueprint.app_template_filter()
def long_day(day: date) -> str:
    """``2023年1月5日``, or ``2023-01-05`` for readers of English."""
    pattern: str = gettext("%(year)s-%(month)02d-%(day)02d")
    return pattern % {"year": day.year, "month": day.month, "day": day.day}


blueprint.add_app_template_filter(section_anchor, "anchor")


@blueprint.app_template_filter("coins")
def coins_of(record: Article) -> str:
    """The ``title`` of the COinS span of an article."""
    return coins(record, holdings().page_url(record))


@blueprint.app_template_filter()
def marked(text: str, spans: Iterable[Span]) -> Markup:
    """A text with its marks."""
    parts, position = [], 0
    for start, end in spans:
        parts += [written(text[position:start]), "<mark>", written(text[start:end]), "</mark>"]
        position = end
    # Every part is either escaped or one of the two tags above.
    return Markup("".join([*parts, written(text[position:])]))  # noqa: S704


@blueprint.app_template_filter()
def counted(number: int) -> str:
    """``12,345``: the same in both languages, and cheaper than to ask Babel."""
    return f"{number:,}"


@blueprint.app_template_filter()
def link(address: str | None) -> str | None:
    """An address that may be linked to: ``http`` and ``https`` only."""
    try:
        scheme = urlsplit(address or "").scheme.lower()
    except ValueError:
        return None
    return address if scheme in ("http", "https") else None


@blueprint.app_template_filter()
def newest(captures: tuple[Capture, ...]) -> Capture | None:
    """The capture that was made last."""
    return max(captures, key=lambda capture: capture.captured_at, default=None)


blueprint.add_app_template_global(list_address)
