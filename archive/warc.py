"""Reading WARC files: one record by its place, or every response of a file.

A *revisit* record says that a server confirmed an earlier response; it has no bytes of its own
and is read through the response it refers to. That one lies in the same folder, and the revisit
says in which file and where, so that WARC files are read without any index beside them.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from warcio.bufferedreaders import BufferedReader
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from archive.capture import Capture
from archive.errors import CaptureUnreadable
from archive.members import DamagedBytes, members, records

OPEN = ".open"
"""Ending of a file that is still being written, or was when its writer died."""
REFERS_TO_FILE = "WARC-Refers-To-Filename"
REFERS_TO_OFFSET = "WARC-Refers-To-File-Offset"
"""Not of the standard, but what other writers and readers of revisits call it."""
CONTINUES = "Jianbao-Continues"
"""Names the capture from which a report in several pages went on to a response."""
NOT_MODIFIED = "304"
_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A response read back from its record."""

    capture: Capture
    headers: StatusAndHeaders
    payload: bytes
    """The body as the server sent it."""
    truncated: str | None
    """``length``, ``time`` or ``disconnect`` where the body is cut short."""
    continues: str | None = None
    """Id of the capture from which a report went on to this one, where the crawl noted it."""

    @property
    def body(self) -> bytes:
        """The body with its content encoding undone."""
        return self.unpacked()

    def unpacked(self, most: int | None = None) -> bytes:
        """The body with its content encoding undone, ``most`` bytes of it at the most."""
        return unpacked(self.payload, self.headers, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a response record lies, and in which run."""

    file: str
    """Path of the finished file below the ``warc`` folder, with ``/``."""
    offset: int
    length: int | None = None
    """Bytes of its gzip member, where that is known."""
    run: str


def read(warc_folder: Path, capture: Capture) -> Recorded:
    """The response behind a capture. Raises ``CaptureUnreadable``."""
    place = Place(
        file=capture.warc_file,
        offset=capture.warc_offset,
        length=capture.warc_length,
        run=capture.run,
    )
    try:
        recorded = as_response(_record_at(warc_folder, place), place, warc_folder)
    except (OSError, ValueError) as error:
        raise _unreadable(capture, str(error)) from error
    if recorded is None or recorded.capture.id != capture.id:
        raise _unreadable(capture, "another record lies there")
    if recorded.capture.payload_digest != capture.payload_digest:
        raise _unreadable(capture, "its bytes are not those that were captured")
    return recorded


def responses(
    warc_folder: Path, path: Path, on_damage: Callable[[DamagedBytes], None] | None = None
) -> Iterator[Recorded]:
    """Every response and revisit of a file, in order.

    Damaged bytes, and revisits of what cannot be read, raise ``DamagedBytes``, or are reported
    and passed over by ``on_damage``.
    """
    run = ""
    name = path.relative_to(warc_folder).as_posix().removesuffix(OPEN)
    with path.open("rb") as file:
        for member in records(file, on_damage):
            record = member.record
            if record.rec_type == "warcinfo":
                run = _field_of(record.raw_stream.read(), "run") or run
            length = member.end - member.offset
            place = Place(file=name, offset=member.offset, length=length, run=run)
            try:
                recorded = as_response(record, place, warc_folder)
            except (OSError, ValueError) as error:
                damage = DamagedBytes(member.offset, str(error))
                if on_damage is None:
                    raise damage from error
                on_damage(damage)
                continue
            if recorded is not None:
                yield recorded


def as_response(record: ArcWarcRecord, place: Place, warc_folder: Path) -> Recorded | None:
    """A response or revisit with its capture and bytes; ``None`` for records of other kinds.

    Raises ``ValueError`` or ``OSError`` where a revisit refers to what cannot be read.
    """
    head = record.http_headers
    if record.rec_type not in ("response", "revisit") or head is None:
        return None
    if record.rec_type == "response":
        payload = record.raw_stream.read()
    else:
        original = _referred_to(record, place, warc_folder)
        payload, head = original.payload, standing_head(head, original.headers)
    return Recorded(
        capture=capture_of(record.rec_headers, head, payload, place),
        headers=head,
        payload=payload,
        truncated=record.rec_headers.get_header("WARC-Truncated"),
        continues=record.rec_headers.get_header(CONTINUES),
    )


def _referred_to(record: ArcWarcRecord, place: Place, warc_folder: Path) -> Recorded:
    """The response that a revisit refers to."""
    warc = record.rec_headers
    file, offset = warc.get_header(REFERS_TO_FILE), warc.get_header(REFERS_TO_OFFSET)
    if file is None or offset is None:
        raise ValueError("it does not say where the response it refers to lies")
    path = (warc_folder / place.file).with_name(Path(file).name)
    name = path.relative_to(warc_folder).as_posix()
    there = Place(file=name, offset=int(offset), run=place.run)
    found = _record_at(warc_folder, there)
    is_named = warc.get_header("WARC-Refers-To") == found.rec_headers.get_header("WARC-Record-ID")
    is_response = found.rec_type == "response"
    original = as_response(found, there, warc_folder) if is_named and is_response else None
    if original is None:
        raise ValueError(f"the response it refers to is not in {name} at byte {offset}")
    return original


def _record_at(warc_folder: Path, place: Place) -> ArcWarcRecord:
    """The record at a place. Raises ``ValueError`` or ``OSError``."""
    with existing(warc_folder / place.file).open("rb") as file:
        file.seek(place.offset)
        member = next(members(file), None)
    if member is None:
        raise ValueError("the file ends there")
    return member.record


def standing_head(answer: StatusAndHeaders, original: StatusAndHeaders) -> StatusAndHeaders:
    """The head that goes with the bytes of a revisit.

    After an answer 304 it is the original's, with the answer's validators (RFC 9111, 3.2).
    """
    if answer.get_statuscode() != NOT_MODIFIED:
        return answer
    head = StatusAndHeaders(original.statusline, list(original.headers), original.protocol)
    for name in ("ETag", "Last-Modified"):
        if value := answer.get_header(name):
            head.replace_header(name, value)
    return head


def unpacked(payload: bytes, head: StatusAndHeaders, most: int | None = None) -> bytes:
    """A payload with its content encoding undone, ``most`` bytes of it at the most."""
    encoding = (head.get_header("Content-Encoding") or "").strip().lower()
    if encoding not in BufferedReader.get_supported_decompressors():
        return payload[:most]
    body: bytes = BufferedReader(BytesIO(payload), decomp_type=encoding).read(most)
    return body


def parse_http(head: bytes) -> StatusAndHeaders:
    """Status and headers of a response head."""
    return _HTTP.parse(BytesIO(head))


def existing(path: Path) -> Path:
    """The file under its final name or, while it is being written, its open one."""
    return path if path.exists() else path.with_name(path.name + OPEN)


def finish(path: Path) -> Path:
    """Give an open file its final name."""
    final = path.with_name(path.name.removesuffix(OPEN))
    path.rename(final)
    sync_folder(path.parent)
    return final


def sync_folder(folder: Path) -> None:
    """Make a new or changed name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha1(data: bytes) -> str:
    """The digest that WARC tools expect: SHA-1 in base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def sha256(data: bytes) -> str:
    """The digest that captures and citations name."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def capture_of(
    warc: StatusAndHeaders, http: StatusAndHeaders, payload: bytes, place: Place
) -> Capture:
    """The capture that a response or revisit makes; of a revisit, with the head that stands."""
    media_type = (http.get_header("Content-Type") or "").split(";")[0].strip().lower()
    is_whole = warc.get_header("WARC-Truncated") is None
    refers_to = warc.get_header("WARC-Refers-To")
    return Capture(
        id=id_of(warc),
        url=warc.get_header("WARC-Target-URI"),
        captured_at=datetime.fromisoformat(warc.get_header("WARC-Date")),
        status=int(http.get_statuscode()),
        media_type=media_type or None,
        payload_digest=sha256(payload),
        warc_file=place.file,
        warc_offset=place.offset,
        warc_length=place.length,
        run=place.run,
        etag=http.get_header("ETag") if is_whole else None,
        last_modified=http.get_header("Last-Modified") if is_whole else None,
        revisit_of=_id_in(refers_to) if refers_to else None,
    )


def id_of(warc: StatusAndHeaders) -> str:
    """The id of a record."""
    return _id_in(warc.get_header("WARC-Record-ID") or "")


def _id_in(record_id: str) -> str:
    """The id in ``<urn:uuid:…>``."""
    return record_id.removeprefix("<urn:uuid:").removesuffix(">")


def _field_of(warc_fields: bytes, name: str) -> str | None:
    """A value of an ``application/warc-fields`` block."""
    for line in warc_fields.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return value.strip()
    return None


def _unreadable(capture: Capture, reason: str) -> CaptureUnreadable:
    return CaptureUnreadable(
        url=capture.url, file=capture.warc_file, offset=capture.warc_offset, reason=reason
    )
