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
from archive.warc import GZIP, OPEN, Place, capture_of, finish, parse_http, sha1, sync_folder

ROLL_AT = 1_000_000_000
"""Bytes after which the next record begins a new file."""
_GZIP_LEVEL = 6
"""Level 9, warcio's own, takes 1.7 times as long for the same size."""
_WARC_DATE = "%Y-%m-%dT%H:%M:%S.%fZ"
_DESCRIPTION = (
    "The case and order of header names may differ from the wire; Transfer-Encoding is removed "
    "and Content-Length set to the length received; the reason phrase is the standard one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and the response to it, as near to the wire as the downloader tells."""

    url: str
    at: datetime
    """When the response was received, in UTC."""
    request_head: bytes
    """Request line and headers, up to and with the empty line."""
    response_head: bytes
    """Status line and headers, up to and with the empty line."""
    body: bytes
    """As the server sent it, content encoding and all."""
    ip_address: str | None = None
    truncated: str | None = None
    """``length``, ``time`` or ``disconnect`` where the body is cut short."""


class WarcWriter:
    """Appends the exchanges of one run to files in one site's folder."""

    def __init__(
        self, warc_folder: Path, *, site: str, run: str, user_agent: str, roll_at: int = ROLL_AT
    ) -> None:
        self._folder = warc_folder / site
        self._site = site
        self._run = run
        self._user_agent = user_agent
        self._roll_at = roll_at
        self._serial = 0
        self._file: IO[bytes] | None = None
        self._path = Path()
        self._warcinfo_id = ""
        self._records = RecordWriter(BytesIO(), gzip=False, warc_version="1.1")
        self._folder.mkdir(parents=True, exist_ok=True)

    def write(self, exchange: Exchange) -> Capture:
        """Append request and response; the capture says where the response lies."""
        if self._file is None:
            self._file = self._open()
        response = self._record("response", exchange, exchange.response_head, exchange.body)
        offset = self._append(self._file, response)
        request = self._record("request", exchange, exchange.request_head)
        response_id = response.rec_headers.get_header("WARC-Record-ID")
        request.rec_headers.add_header("WARC-Concurrent-To", response_id)
        self._append(self._file, request)
        name = self._path.name.removesuffix(OPEN)
        http = parse_http(exchange.response_head)
        place = Place(file=f"{self._site}/{name}", offset=offset, run=self._run)
        return capture_of(response.rec_headers, http, exchange.body, place)

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

    def _open(self) -> IO[bytes]:
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:17]
        host = socket.gethostname().split(".")[0] or "localhost"
        name = f"jianbao-{self._site}-{stamp}-{self._serial:05}-{host}.warc.gz"
        self._serial += 1
        self._path = self._folder / (name + OPEN)
        file = self._path.open("xb", buffering=0)
        info = self._records.create_warcinfo_record(
            name,
            {
                "software": "Jianbao",
                "format": "WARC File Format 1.1",
                "conformsTo": "http://iipc.github.io/warc-specifications/"
                "specifications/warc-format/warc-1.1/",
                "http-header-user-agent": self._user_agent,
                "robots": "obey",
                "isPartOf": self._site,
                "run": self._run,
                "description": _DESCRIPTION,
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
        headers = [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>"),
            ("WARC-Date", exchange.at.astimezone(UTC).strftime(_WARC_DATE)),
            ("WARC-Target-URI", exchange.url),
            ("WARC-Warcinfo-ID", self._warcinfo_id),
            ("WARC-Payload-Digest", sha1(body)),
            ("WARC-Block-Digest", sha1(block)),
        ]
        if exchange.ip_address:
            headers.append(("WARC-IP-Address", exchange.ip_address))
        if exchange.truncated and kind == "response":
            headers.append(("WARC-Truncated", exchange.truncated))
        return ArcWarcRecord(
            "warc",
            kind,
            StatusAndHeaders("", headers, protocol="WARC/1.1"),
            BytesIO(block),
            None,
            f"application/http; msgtype={kind}",
            len(block),
        )
