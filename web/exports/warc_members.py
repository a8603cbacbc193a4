"""The WARC records behind an article, as the bytes in which they lie in the archive's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from archive.article import Article
from archive.capture import Capture
from archive.errors import CaptureUnreadable
from archive.members import DamagedBytes, Member, members
from archive.warc import REFERS_TO_FILE, REFERS_TO_OFFSET, existing

_Place = tuple[Path, int]


class _Exchange(NamedTuple):
    response_id: str
    response: bytes
    """The gzip member, untouched."""
    request: bytes
    """The same of the request that it answered; empty where there is none."""
    refers_to: _Place | None
    """Where the response lies that a revisit has no bytes without."""


def members_behind(warc_folder: Path, article: Article, described: set[Path]) -> Iterator[bytes]:
    """Each record of an article's captures as its gzip member, oldest capture first.

    A revisit comes behind the response that it refers to, a request behind its response, and
    before the first record of a file its warcinfo; ``described`` are the files that had theirs.
    Raises ``CaptureUnreadable``.
    """
    done: set[_Place] = set()
    for capture in sorted(article.captures, key=lambda each: each.captured_at):
        try:
            place = (existing(warc_folder / capture.warc_file), capture.warc_offset)
            yield from _exchange(place, capture.id, described, done)
        except (OSError, ValueError) as error:
            raise _unreadable(capture, str(error)) from error


def _exchange(
    place: _Place, record_id: str | None, described: set[Path], done: set[_Place]
) -> Iterator[bytes]:
    if place in done:
        return
    done.add(place)
    path, offset = place
    with path.open("rb") as file:
        exchange = _exchange_at(file, path, offset)
        if record_id is not None and exchange.response_id != f"<urn:uuid:{record_id}>":
            raise ValueError("another record lies there")
        if exchange.refers_to is not None:
            yield from _exchange(exchange.refers_to, None, described, done)
        if path not in described:
            described.add(path)
            yield from _warcinfo(file)
    yield exchange.response
    if exchange.request:
        yield exchange.request


def _exchange_at(file: IO[bytes], path: Path, offset: int) -> _Exchange:
    """The response or revisit at a place, and the request behind it."""
    file.seek(offset)
    following = members(file)
    member = next(following, None)
    if member is None:
        raise ValueError("the file ends there")
    warc = member.record.rec_headers
    response_id = warc.get_header("WARC-Record-ID")
    name, at = warc.get_header(REFERS_TO_FILE), warc.get_header(REFERS_TO_OFFSET)
    try:
        behind = next(following, None)
    except DamagedBytes:  # a crawl is writing there
        behind = None
    answered = behind and behind.record.rec_headers.get_header("WARC-Concurrent-To")
    return _Exchange(
        response_id=response_id,
        response=_bytes_of(file, member),
        request=_bytes_of(file, behind) if behind and answered == response_id else b"",
        refers_to=(existing(path.with_name(Path(name).name)), int(at)) if name and at else None,
    )


def _warcinfo(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    first = next(members(file), None)
    if first is not None and first.record.rec_type == "warcinfo":
        yield _bytes_of(file, first)


def _bytes_of(file: IO[bytes], member: Member) -> bytes:
    file.seek(member.offset)
    return file.read(member.end - member.offset)


def _unreadable(capture: Capture, reason: str) -> CaptureUnreadable:
    return CaptureUnreadable(
        url=capture.url, file=capture.warc_file, offset=capture.warc_offset, reason=reason
    )
