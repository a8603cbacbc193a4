"""Pages that an archivist names: by address, as a saved file, or in a WARC file."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from archive.capture import Capture
from archive.errors import ExitCode, JianbaoError
from archive.members import DamagedBytes
from archive.outcome import OutcomeKind
from archive.payload_type import payload_type
from archive.warc import Recorded, responses, sha256
from archive.warc_writer import Exchange
from archive.words import N_
from crawler.judge import Fetched, Verdict, judge
from crawler.pages.decode import decode
from crawler.pages.markup import absolute
from crawler.profile import Profile

_WARC = ".warc.gz"
_ADDRESS = ("http://", "https://")
_HTML = ("text/html", "application/xhtml+xml", None)
_MAYBE_HTML = (*_HTML, "application/xml", "text/plain")
"""What a page's first bytes may look like; ``None`` is a page in UTF-16."""
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|title|meta|div|table|p|br|font|a)\b", re.I)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)", re.I)
_LINK_OR_META = re.compile(r"<(?:link|meta)\b[^<>]*>", re.I)
_CANONICAL = re.compile(r"(?:rel|property)\s*=\s*[\"']?(?:canonical|og:url)\b", re.I)
_TARGET = re.compile(r"(?:href|content)\s*=\s*[\"']?([^\"'\s>]+)", re.I)
_HEAD = 2000
"""Characters in which a browser notes where it saved a page from."""
_HOST_OF_SAVED = "saved.invalid"
_PATH_OF_SAVED = "/saved-page/"


@dataclass(eq=False)
class NoSuchPage(JianbaoError):
    """What was named is neither an address nor a file."""

    code = "no-such-page"
    exit_code = ExitCode.USAGE
    message = N_(
        "“%(name)s” is neither an address nor a file. "
        "Begin an address with http:// or https://, or correct the file's name."
    )
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPage:
    """A page as a server sent it or a file holds it."""

    name: str
    """As the archivist named it."""
    fetched: Fetched
    exchange: Exchange
    is_saved: bool = False
    """From a file: nothing says that its address is the one it was published under."""

    @property
    def address(self) -> str:
        """Where it was published; empty where a saved file does not say it."""
        return "" if is_made_up(self.fetched.capture.url) else self.fetched.capture.url

    @property
    def text(self) -> str:
        return decode(self.fetched.body, self.fetched.content_type).text


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A page that could not be had, and why."""

    name: str
    kind: OutcomeKind
    detail: str


Given = GivenPage | Missing


def is_address(name: str) -> bool:
    """Whether a name is an address, and not a file's."""
    return name.lower().startswith(_ADDRESS)


def is_made_up(url: str) -> bool:
    """Whether an address only stands in for one that a saved file does not say."""
    return urlsplit(url).path.startswith(_PATH_OF_SAVED)


def refuse_unknown(names: Iterable[str]) -> None:
    """Raise ``NoSuchPage`` for the first name that is neither an address nor a file."""
    for name in names:
        if not (_can_be_asked_for(name) if is_address(name) else Path(name).is_file()):
            raise NoSuchPage(name=name)


def _can_be_asked_for(address: str) -> bool:
    """Whether an address is whole; ``http://`` and ``http://[::1`` are not."""
    target = absolute("", address)
    return target is not None and bool(urlsplit(target).hostname)


def pages_named(names: Iterable[str], fetched: Mapping[str, Sequence[Given]]) -> Iterator[Given]:
    """The pages in the order they were named; a WARC file gives all that it holds."""
    for name in names:
        if is_address(name):
            yield from fetched[name]
        elif name.endswith(_WARC):
            yield from _in_warc(Path(name))
        else:
            yield saved_page(Path(name))


def saved_page(path: Path) -> Given:
    """A page saved as a file, whatever its encoding."""
    body = path.read_bytes()
    text = decode(body).text
    file_type = payload_type(body)
    if file_type not in _MAYBE_HTML or not _MARKUP.search(text):
        detail = "not HTML" if body.strip() else "empty"
        return Missing(name=str(path), kind=OutcomeKind.NOT_ARTICLE, detail=detail)
    url = address_said(text) or made_up_address(body)
    return page_of(str(path), saved_exchange(url, body), body, is_saved=True)


def address_said(text: str) -> str:
    """The address that a page gives as its own; empty where it gives none but the home page's."""
    canonical = filter(_CANONICAL.search, _LINK_OR_META.findall(text))
    targets = [*_SAVED_FROM.finditer(text[:_HEAD]), *filter(None, map(_TARGET.search, canonical))]
    said = filter(None, (absolute("", html.unescape(target[1])) for target in targets))
    return next((url for url in said if is_address(url) and len(urlsplit(url).path) > 1), "")


def made_up_address(body: bytes) -> str:
    """A stable address for a page whose own is not known; it names no day."""
    name = base64.b32encode(hashlib.sha256(body).digest()).decode("ascii")[:12].lower()
    return f"http://{_HOST_OF_SAVED}{_PATH_OF_SAVED}{name}.html"


def saved_exchange(url: str, body: bytes) -> Exchange:
    """The exchange that a saved file might have come from."""
    parts = urlsplit(url)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    asked = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
    return Exchange(
        url=url,
        at=datetime.now(UTC),
        request_head=asked.encode("ascii", "replace"),
        response_head=head.encode("ascii"),
        body=body,
    )


def page_of(
    name: str,
    exchange: Exchange,
    body: bytes,
    *,
    status: int = 200,
    content_type: str | None = None,
    location: str | None = None,
    is_saved: bool = False,
) -> GivenPage:
    """A page from its exchange and its body with the content encoding undone."""
    media_type = (content_type or "").split(";")[0].strip().lower()
    capture = Capture(
        id="",
        url=exchange.url,
        captured_at=exchange.at,
        status=status,
        media_type=media_type or None,
        payload_digest=sha256(exchange.body),
        warc_file="",
        warc_offset=0,
        run="",
    )
    fetched = Fetched(
        capture=capture,
        content_type=content_type,
        body=body,
        location=location,
        is_cut_short=exchange.truncated is not None,
    )
    return GivenPage(name=name, fetched=fetched, exchange=exchange, is_saved=is_saved)


def _in_warc(path: Path) -> Iterator[Given]:
    """The pages in a WARC file, without robots.txt, redirects and errors."""
    damaged: list[DamagedBytes] = []
    for each in responses(path.parent, path, damaged.append):
        if each.capture.status == HTTPStatus.OK and each.capture.media_type in _HTML:
            yield _recorded(each, f"{path}: {each.capture.url}")
    for damage in damaged:
        yield Missing(name=str(path), kind=OutcomeKind.FETCH_FAILED, detail=str(damage))


def _recorded(recorded: Recorded, name: str) -> GivenPage:
    http = recorded.headers
    exchange = Exchange(
        url=recorded.capture.url,
        at=recorded.capture.captured_at,
        request_head=b"",
        response_head=http.to_ascii_bytes(),
        body=recorded.payload,
        truncated=recorded.truncated,
    )
    return page_of(
        name, exchange, recorded.body, content_type=http.get_header("Content-Type"), is_saved=True
    )


def judge_given(given: Given, profile: Profile) -> Verdict:
    """What a page is by a profile; a saved file counts as an article wherever it lay."""
    if isinstance(given, Missing):
        return Verdict(kind=given.kind, detail=given.detail)
    return judge(given.fetched, any_address(profile) if given.is_saved else profile)


def complaint(page: GivenPage) -> str:
    """Why what came is no page to write or prove a profile with; empty if it is one."""
    capture = page.fetched.capture
    if capture.status != HTTPStatus.OK:
        return f"HTTP {capture.status}"
    if capture.media_type not in _HTML:
        return str(capture.media_type)
    return "" if _MARKUP.search(page.text) else "not HTML"


def any_address(profile: Profile) -> Profile:
    """A profile by which every address is an article's."""
    return profile.model_copy(update={"articles": ("",)})
