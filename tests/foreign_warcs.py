"""WARC files as wget, Heritrix and Browsertrix write them."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.scripted_site import ARTICLE

BASE = "http://127.0.0.1"


@dataclass(frozen=True)
class Visit:
    """What one program saw at one address at one time."""

    path: str
    text: str = "职工之家今天开门。"
    title: str = "职工之家开门"
    at: str = "2025-03-04T05:06:07Z"
    status: str = "200 OK"
    base: str = BASE
    headers: Sequence[tuple[str, str]] = field(default=())

    @property
    def url(self) -> str:
        return self.base + self.path

    @property
    def body(self) -> bytes:
        return ARTICLE.format(title=self.title, text=self.text).encode()


class Bundle:
    """Records in the making; what it holds is written by ``to_bytes``."""

    def __init__(self, version: str = "1.1", gzipped: bool = True) -> None:
        self._out = BytesIO()
        self.writer = WARCWriter(self._out, gzip=gzipped, warc_version=version)
        self.add(self.writer.create_warcinfo_record("w.warc.gz", {"software": "another program"}))

    def add(self, record: ArcWarcRecord) -> ArcWarcRecord:
        self.writer.write_record(record)
        return record

    def response(
        self, visit: Visit, body: bytes | None = None, more: Sequence[tuple[str, str]] = ()
    ) -> ArcWarcRecord:
        """A response; with ``body``, just these bytes behind the head."""
        headers = [("Content-Type", "text/html; charset=utf-8"), *visit.headers, *more]
        payload = visit.body if body is None else body
        return self.add(
            self.writer.create_warc_record(
                visit.url,
                "response",
                payload=BytesIO(payload),
                length=len(payload),
                http_headers=StatusAndHeaders(visit.status, headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": visit.at, "WARC-IP-Address": "192.0.2.7"},
            )
        )

    def other(self, kind: str, url: str) -> ArcWarcRecord:
        """A record of a kind that is not taken in."""
        return self.add(
            self.writer.create_warc_record(
                url,
                kind,
                payload=BytesIO(b"a: b\r\n"),
                length=6,
                warc_content_type="application/warc-fields",
            )
        )

    def revisit(self, visit: Visit, original: ArcWarcRecord, by: str) -> ArcWarcRecord:
        """A revisit that names its response by ``id``, by ``address`` and time or by ``digest``."""
        named = original.rec_headers.get_header
        record = self.writer.create_revisit_record(
            visit.url,
            named("WARC-Payload-Digest"),
            named("WARC-Target-URI") if by == "address" else "urn:elsewhere",
            named("WARC-Date") if by == "address" else "1999-01-01T00:00:00Z",
            http_headers=StatusAndHeaders(
                "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
            ),
            warc_headers_dict={"WARC-Date": visit.at},
        )
        if by == "id":
            record.rec_headers.add_header("WARC-Refers-To", named("WARC-Record-ID"))
        if by != "digest":
            record.rec_headers.replace_header("WARC-Payload-Digest", "sha1:UNKNOWN")
        return self.add(record)

    def to_bytes(self) -> bytes:
        return self._out.getvalue()


def in_one_stream(bundle: Bundle) -> bytes:
    """The same records in a single gzip stream."""
    return gzip.compress(gzip.decompress(bundle.to_bytes()))


def bare(bundle: Bundle) -> bytes:
    """The same records without gzip."""
    return gzip.decompress(bundle.to_bytes())


def chunked(body: bytes, size: int = 100) -> bytes:
    """A body in chunked transfer encoding."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def write_wacz(path: Path, *warcs: bytes, compression: int = zipfile.ZIP_STORED) -> Path:
    """A WACZ file with these WARC files in it."""
    with zipfile.ZipFile(path, "w", compression) as packed:
        packed.writestr("datapackage.json", '{"profile": "wacz"}')
        for number, warc in enumerate(warcs):
            packed.writestr(f"archive/rec-{number}.warc.gz", warc)
        packed.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0"}\n')
    return path
