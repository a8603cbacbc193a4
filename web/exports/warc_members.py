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


class _Record(NamedTuple):
    id: str
    place: _Place
    member: bytes
    """The gzip member, untouched."""
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
        record, request = _records_at(file, path, offset)
        if record_id is not None and record.id != f"<urn:uuid:{record_id}>":
            raise ValueError("another record lies there")
        if record.refers_to is not None:
            yield from _exchange(record.refers_to, None, described, done)
        if path not in described:
            described.add(path)
            yield from _warcinfo(file)
    yield record.member
    if request is not None:
        yield request


def _records_at(file: IO[bytes], path: Path, offset: int) -> tuple[_Record, bytes | None]:
    """The record at a place, and the member of the request that it answered."""
    file.seek(offset)
    following = members(file)
    member = next(following, None)
    if member is None:
        raise ValueError("the file ends there")
    warc = member.record.rec_headers
    name, at = warc.get_header(REFERS_TO_FILE), warc.get_header(REFERS_TO_OFFSET)
    original = (existing(path.with_name(Path(name).name)), int(at)) if name and at else None
    record_id = warc.get_header("WARC-Record-ID")
    try:
        request = next(following, None)
    except DamagedBytes:  # a crawl is writing there
        request = None
    answered = request and request.record.rec_headers.get_header("WARC-Concurrent-To")
    return (
        _Record(record_id, (path, offset), _bytes_of(file, member), original),
        _bytes_of(file, request) if request and answered == record_id else None,
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
