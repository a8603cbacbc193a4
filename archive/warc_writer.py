"""Writing WARC 1.1 files (ISO 28500:2017).

Each record is its own gzip member, written by a single call, so that every byte offset that the
store knows can be opened alone and a kill tears at most the last member. A file is called
``.warc.gz.open`` until it is finished; ``archive.fixity`` mends what a kill left open.
"""

from __future__ import annotations

import os
import socket
import uuid
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter as RecordWriter

from archive.capture import Capture
from archive.members import GZIP
from archive.payload_type import HEAD, payload_type
from archive.warc import (
    NOT_MODIFIED,
    OPEN,
    REFERS_TO_FILE,
    REFERS_TO_OFFSET,
    Place,
    Recorded,
    capture_of,
    finish,
    parse_http,
    sha1,
    standing_head,
    sync_folder,
    unpacked,
)

ROLL_AT = 1_000_000_000
"""Bytes after which the next record begins a new file."""
_GZIP_LEVEL = 4
"""Level 6 takes 1.6 times as long for a size 3 % smaller, level 9, warcio's own, twice as long."""
_WARC_DATE = "%Y-%m-%dT%H:%M:%S.%fZ"
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_DESCRIPTION = (
    "The case and order of header names may differ from the wire; Transfer-Encoding is removed "
    "and Content-Length set to the length received; the reason phrase is the standard one."
)
_COPIED = (
    "Copied from files of other programs, which each record names; Transfer-Encoding is removed "
    "and Content-Length set to the length without it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and the response to it, as near to the wire as the downloader tells."""

    url: str
    at: datetime
    """When the response was received, in UTC."""
    request_head: bytes
    """Request line and headers, up to and with the empty line; empty where nothing is known."""
    response_head: bytes
    """Status line and headers, up to and with the empty line."""
    body: bytes
    """As the server sent it, content encoding and all."""
    ip_address: str | None = None
    truncated: str | None = None
    """``length``, ``time`` or ``disconnect`` where the body is cut short."""
    record_id: str | None = None
    """Of the response's record; ``None``: a new one."""
    more: tuple[tuple[str, str], ...] = ()
    """Further fields of the response's record."""


class WarcWriter:
    """Appends the exchanges of one run to files in one site's folder."""

    def __init__(
        self,
        warc_folder: Path,
        *,
        site: str,
        run: str,
        user_agent: str,
        roll_at: int = ROLL_AT,
        name: str = "",
    ) -> None:
        """``name``: of the only file, instead of one made of site, time and machine.

        Without ``user_agent`` nobody was asked: the exchanges are copied from other files.
        """
        self._folder = warc_folder / site
        self._site = site
        self._run = run
        self._user_agent = user_agent
        self._roll_at = roll_at
        self._name = name
        self._serial = 0
        self._file: IO[bytes] | None = None
        self._path = Path()
        self._warcinfo_id = ""
        self._records = RecordWriter(BytesIO(), gzip=False, warc_version="1.1")
        self._folder.mkdir(parents=True, exist_ok=True)

    def write(self, exchange: Exchange, original: Recorded | None = None) -> Capture:
        """Append request and response; the capture says where the response lies.

        With ``original``, a response of this site that the answer confirms, by status 304 or
        byte for byte, the answer becomes a revisit: its head, and a reference to that one.
        """
        if self._file is None:
            self._file = self._open()
        head = parse_http(exchange.response_head)
        if original is None:
            payload = exchange.body
            response = self._record("response", exchange, exchange.response_head, payload)
        else:
            payload = original.payload
            response = self._record("revisit", exchange, exchange.response_head)
            _refer(response.rec_headers, head, original)
            head = standing_head(head, original.headers)
        _describe(response.rec_headers, head, payload)
        for field, value in exchange.more:
            response.rec_headers.add_header(field, value)
        offset = self._append(self._file, response)
        length = self._file.tell() - offset
        if exchange.request_head:
            request = self._record("request", exchange, exchange.request_head)
            request.rec_headers.add_header("WARC-Payload-Digest", sha1(b""))
            response_id = response.rec_headers.get_header("WARC-Record-ID")
            request.rec_headers.add_header("WARC-Concurrent-To", response_id)
            self._append(self._file, request)
        name = self._path.name.removesuffix(OPEN)
        file = f"{self._site}/{name}"
        place = Place(file=file, offset=offset, length=length, run=self._run)
        return capture_of(response.rec_headers, head, payload, place)

    @property
    def is_full(self) -> bool:
        """Whether the current file has grown so large that the next record wants a new one."""
        return self._file is not None and self._file.tell() >= self._roll_at

    def sync(self) -> None:
        """Return when everything written so far is on the disk."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Finish the current file under its final name; does nothing without one."""
        if self._file is None:
            return
        self.sync()
        self._file.close()
        self._file = None
        finish(self._path)

    def _next_name(self) -> str:
        """A name that no file has, finished or not: another run may begin in the same moment."""
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:17]
        host = socket.gethostname().split(".")[0] or "localhost"
        while True:
            name = f"jianbao-{self._site}-{stamp}-{self._serial:05}-{host}.warc.gz"
            self._serial += 1
            if not any((self._folder / each).exists() for each in (name, name + OPEN)):
                return name

    def _open(self) -> IO[bytes]:
        name = self._name or self._next_name()
        self._path = self._folder / (name + OPEN)
        file = self._path.open("xb", buffering=0)
        agent = self._user_agent
        info = self._records.create_warcinfo_record(
            name,
            {
                "software": "Jianbao",
                "format": "WARC File Format 1.1",
                "conformsTo": "http://iipc.github.io/warc-specifications/"
                "specifications/warc-format/warc-1.1/",
                **({"http-header-user-agent": agent, "robots": "obey"} if agent else {}),
                "isPartOf": self._site,
                "run": self._run,
                "description": _DESCRIPTION if agent else _COPIED,
            },
        )
        self._warcinfo_id = info.rec_headers.get_header("WARC-Record-ID")
        self._append(file, info)
        sync_folder(self._folder)
        return file

    def _append(self, file: IO[bytes], record: ArcWarcRecord) -> int:
        """Write one record as one gzip member in one call; returns its offset."""
        self._records.out = block = BytesIO()
        self._records.write_record(record)
        packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, GZIP)
        member = packer.compress(block.getbuffer()) + packer.flush()
        offset = file.tell()
        written = 0
        try:
            while written < len(member):
                written += file.write(member[written:])
        except OSError:
            file.truncate(offset)
            file.seek(offset)
            raise
        return offset

    def _record(
        self, kind: str, exchange: Exchange, head: bytes, body: bytes = b""
    ) -> ArcWarcRecord:
        """A record whose HTTP head is kept byte for byte (warcio's own would re-encode it)."""
        block = head + body
        named = None if kind == "request" else exchange.record_id
        headers = [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<urn:uuid:{named or uuid.uuid4()}>"),
            ("WARC-Date", exchange.at.astimezone(UTC).strftime(_WARC_DATE)),
            ("WARC-Target-URI", exchange.url),
            ("WARC-Warcinfo-ID", self._warcinfo_id),
            ("WARC-Block-Digest", sha1(block)),
        ]
        if exchange.ip_address:
            headers.append(("WARC-IP-Address", exchange.ip_address))
        if exchange.truncated and kind == "response":
            headers.append(("WARC-Truncated", exchange.truncated))
        message = "request" if kind == "request" else "response"
        return ArcWarcRecord(
            "warc",
            message,  # of a record that is called a revisit here, warcio would leave out the block
            StatusAndHeaders("", headers, protocol="WARC/1.1"),
            BytesIO(block),
            None,
            f"application/http; msgtype={message}",
            len(block),
        )


def _refer(warc: StatusAndHeaders, answer: StatusAndHeaders, original: Recorded) -> None:
    """Say of a revisit what it refers to, and why."""
    is_304 = answer.get_statuscode() == NOT_MODIFIED
    capture = original.capture
    reason = "server-not-modified" if is_304 else "identical-payload-digest"
    warc.add_header("WARC-Profile", _PROFILE + reason)
    warc.add_header("WARC-Refers-To", f"<urn:uuid:{capture.id}>")
    warc.add_header("WARC-Refers-To-Target-URI", capture.url)
    warc.add_header("WARC-Refers-To-Date", capture.captured_at.strftime(_WARC_DATE))
    warc.add_header(REFERS_TO_FILE, Path(capture.warc_file).name)
    warc.add_header(REFERS_TO_OFFSET, str(capture.warc_offset))


def _describe(warc: StatusAndHeaders, head: StatusAndHeaders, payload: bytes) -> None:
    """Name the payload by its digest, and its type as its own bytes show it."""
    warc.add_header("WARC-Payload-Digest", sha1(payload))
    if identified := payload_type(unpacked(payload, head, HEAD)):
        warc.add_header("WARC-Identified-Payload-Type", identified)
