"""What a capture is, and the one rule that says which addresses are the same page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit, urlunsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One exchange with a server, kept byte for byte in a WARC file."""

    id: str
    """The WARC record's id without ``urn:uuid:``."""
    url: str
    """As requested."""
    captured_at: datetime
    """When the response was received, in UTC."""
    status: int
    """HTTP status; after an answer 304, that of the capture it confirmed."""
    media_type: str | None
    """From Content-Type, without parameters, lower case."""
    payload_digest: str
    """``sha256:`` and the hexadecimal digest of the body as the server sent it."""
    warc_file: str
    """Path of the finished file below the archive's ``warc`` folder, with ``/``."""
    warc_offset: int
    """Byte at which the record's gzip member begins."""
    warc_length: int | None = None
    """Bytes of that member; ``None`` for what lies in no WARC file."""
    run: str
    """Id of the crawl that made it."""
    etag: str | None = None
    """The server's name for these bytes, if it gave one and they came whole."""
    last_modified: str | None = None
    """When the server says they changed last, in its own words; with the same proviso."""
    revisit_of: str | None = None
    """Id of the earlier capture that holds the bytes, where the server only confirmed them."""


_DEFAULT_PORTS = {"http": 80, "https": 443}
_INDEX_PAGE = re.compile(r"(?<=/)(?:index|default)\.(?:s?html?|aspx?|jsp|php)$", re.IGNORECASE)
_JOINED_PAGE = re.compile(r"(?<=\d{9})_(?:[2-9]|[1-9]\d)(?=\.s?html?$)")
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_TRACKING = frozenset(
    ("spm", "isappinstalled", "nsukey", "fbclid", "gclid", "jsessionid", "phpsessid")
)
_SESSION = frozenset(("sid", "sessionid", "session_id"))
_SESSION_VALUE = re.compile(r"[0-9A-Za-z]{16,}")
"""A shorter value may be the number of a section."""
_SHARED_FROM = frozenset(("singlemessage", "groupmessage", "timeline"))
_WAF_NAME = re.compile(r"(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)\w{6,12}")
_WAF_VALUE_LENGTH = 24


def canonical_url(url: str, *, is_list: bool = False) -> str:
    """The one address that stands for every address of the same page.

    Lower-cases scheme and host, drops a trailing dot of the host, default ports, user names,
    fragments, ``index.html`` and its like, session ids, tracking parameters (``utm_…``, ``spm``,
    WeChat's ``from``) and the random parameter that a web application firewall appends
    (``?7OkeOa4k=…``: a short name of mixed case and digits, a long value). ``…_2.shtml`` after an
    id of nine digits or more is a further page of the same report; a shorter number before it
    may be a date (``t20230105_12.html``), so it stays; and so it does in the address of a list,
    whose further pages are pages of their own. Percent-escapes are written one way.
    The order of the other parameters stays, because some servers heed it.
    """
    parts = urlsplit(url.strip())
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    netloc = host if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{host}:{port}"
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    path = _INDEX_PAGE.sub("", path)
    path = path if is_list else _JOINED_PAGE.sub("", path)
    path = quote(unquote(path, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape")
    query = "&".join(
        parameter for parameter in parts.query.split("&") if parameter and _is_meant(parameter)
    )
    return urlunsplit((scheme, netloc, path, query, ""))


_SAFE = "/~!$&'()*+,;=:@-._"


def _is_meant(parameter: str) -> bool:
    """Whether a query parameter says which page is wanted, rather than who asks."""
    name, _, value = parameter.partition("=")
    lowered = name.lower()
    if lowered.startswith("utm_") or lowered in _TRACKING:
        return False
    if lowered in _SESSION and _SESSION_VALUE.fullmatch(value):
        return False
    if lowered == "from" and value.lower() in _SHARED_FROM:
        return False
    return not (_WAF_NAME.fullmatch(name) and len(value) >= _WAF_VALUE_LENGTH)
