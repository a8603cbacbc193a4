"""Revisit records: what is written for an answer that confirms an earlier one, and read back."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Capture
from archive.errors import CaptureUnreadable
from archive.filing import Filing
from archive.fixity import (
    WITHOUT_ORIGINAL,
    Damage,
    verify,
)
from archive.members import DamagedBytes
from archive.settings import Settings
from archive.store import ArticleStore
from archive.warc import read, responses
from archive.warc_writer import Exchange
from tests.recordings import LATER, a_writer, an_exchange, damages, written


def a_304(number: int = 0, **fields: object) -> Exchange:
    head = b'HTTP/1.1 304 Not Modified\r\nETag: "b"\r\nContent-Length: 0\r\n\r\n'
    return an_exchange(number, body=b"", response_head=head, at=LATER, **fields)


def written_with_revisits(folder: Path) -> list[Capture]:
    """A response, a revisit by status, a revisit by bytes; each in a run of its own."""
    captures: list[Capture] = []
    for run, exchange in enumerate((an_exchange(), a_304(), an_exchange(at=LATER))):
        writer = a_writer(folder, f"run{run}")
        original = read(folder, captures[0]) if captures else None
        captures.append(writer.write(exchange, original))
        writer.close()
    return captures


def test_a_revisit_is_read_through_the_response_it_refers_to(tmp_path: Path) -> None:
    first, by_status, by_bytes = captures = written_with_revisits(tmp_path)
    assert [each.revisit_of for each in captures] == [None, first.id, first.id]
    assert {each.payload_digest for each in captures} == {first.payload_digest}
    assert {(each.status, each.media_type) for each in captures} == {(200, "text/html")}
    assert [each.etag for each in captures] == [None, '"b"', None]
    for capture in captures:
        recorded = read(tmp_path, capture)
        assert recorded.capture == capture
        assert recorded.body == b"<p>\xd6\xd0</p>"
        assert recorded.headers.get_header("Content-Type") == "text/html; charset=gb2312"
        (path,) = tmp_path.glob(capture.warc_file)
        assert [each.capture for each in responses(tmp_path, path)] == [capture]
    assert by_status.captured_at == by_bytes.captured_at == LATER


def test_revisit_records_are_what_the_standard_asks_for(tmp_path: Path) -> None:
    first, *revisits = written_with_revisits(tmp_path)
    heads = []
    for capture in (first, *revisits):
        with (tmp_path / capture.warc_file).open("rb") as file:
            records = [(each, each.content_stream().read()) for each in ArchiveIterator(file)]
        ((record, body),) = [
            (each, body) for each, body in records if each.rec_type in ("response", "revisit")
        ]
        heads.append(record.rec_headers)
        if capture.revisit_of:
            assert body == b""
            assert record.http_headers is not None
            status = "304" if capture is revisits[0] else "200"
            assert record.http_headers.get_statuscode() == status
    response, by_status, by_bytes = heads
    profiles = "http://netpreserve.org/warc/1.1/revisit/"
    assert by_status.get_header("WARC-Profile") == profiles + "server-not-modified"
    assert by_bytes.get_header("WARC-Profile") == profiles + "identical-payload-digest"
    for each in (by_status, by_bytes):
        assert each.get_header("WARC-Type") == "revisit"
        assert each.get_header("Content-Type") == "application/http; msgtype=response"
        assert each.get_header("WARC-Refers-To") == response.get_header("WARC-Record-ID")
        assert each.get_header("WARC-Refers-To-Target-URI") == "http://a.example/0"
        assert each.get_header("WARC-Refers-To-Date") == response.get_header("WARC-Date")
    for name in ("WARC-Payload-Digest", "WARC-Identified-Payload-Type"):
        assert len({each.get_header(name) for each in heads}) == 1
    assert response.get_header("WARC-Identified-Payload-Type") == "text/html"


def test_warcio_and_cdxj_indexer_read_revisits(tmp_path: Path) -> None:
    captures = written_with_revisits(tmp_path)
    files = [str(tmp_path / each.warc_file) for each in captures]
    tools = Path(sys.executable).parent
    checked = subprocess.run(
        [tools / "warcio", "check", *files], capture_output=True, text=True, timeout=60, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    indexed = subprocess.run(
        [tools / "cdxj-indexer", *files], capture_output=True, text=True, timeout=60, check=True
    )
    lines = [json.loads(line.split(" ", 2)[2]) for line in indexed.stdout.splitlines()]
    assert indexed.stderr == ""
    assert [line["mime"] for line in lines] == ["text/html", "warc/revisit", "warc/revisit"]
    assert len({line["digest"] for line in lines}) == 1
    assert [line["offset"] for line in lines] == [str(each.warc_offset) for each in captures]


bodies = st.binary(min_size=1, max_size=300)
_VALUE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(bodies=st.lists(bodies, min_size=1, max_size=4), tag=_VALUE, is_304=st.booleans())
def test_what_is_written_is_read_back(
    settings: Settings, store: ArticleStore, bodies: list[bytes], tag: str, is_304: bool
) -> None:
    """Responses and revisits of them, with the captures that the store has of them."""
    head = f"HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Type: text/html\r\n\r\n".encode()
    filing = Filing(settings.warc_folder, store, site="s", run="r", user_agent="t")
    captures: list[Capture] = []
    for number, body in enumerate(bodies):
        exchange = an_exchange(number, body, response_head=head)
        captures.append(filing.exchange(exchange))
        original = read(settings.warc_folder, captures[-1])
        answer = a_304(number) if is_304 else exchange
        captures.append(filing.exchange(answer, original))
    filing.close()
    for capture, body in zip(captures, (body for body in bodies for _ in range(2)), strict=True):
        recorded = read(settings.warc_folder, capture)
        assert (recorded.capture, recorded.payload) == (capture, body)
        assert store.capture(capture.id) == capture
    assert damages(settings, store) == []


@pytest.mark.parametrize("fault", ["lost file", "another record", "changed bytes"])
def test_verify_finds_a_revisit_of_what_is_lost(
    settings: Settings, store: ArticleStore, fault: str
) -> None:
    first, *revisits = captures = written_with_revisits(settings.warc_folder)
    with store.batch():
        for capture in captures:
            store.note_capture(capture)
    assert damages(settings, store) == []
    path = settings.warc_folder / first.warc_file
    if fault == "lost file":
        path.unlink()
    elif fault == "another record":
        other = written(settings.warc_folder / "other", an_exchange())[0]
        (settings.warc_folder / "other" / other.warc_file).replace(path)
    else:
        content = bytearray(path.read_bytes())
        content[first.warc_offset + 60] ^= 255
        path.write_bytes(content)
    found = verify(settings.warc_folder, store)
    lost = {
        each.file for each in found if isinstance(each, Damage) and each.fault == WITHOUT_ORIGINAL
    }
    assert lost == {each.warc_file for each in revisits}
    for capture in revisits:
        with pytest.raises(CaptureUnreadable, match="jianbao verify"):
            read(settings.warc_folder, capture)
        with pytest.raises(DamagedBytes):
            list(responses(settings.warc_folder, settings.warc_folder / capture.warc_file))


def test_a_revisit_of_a_revisit_or_without_a_place_is_not_read(tmp_path: Path) -> None:
    first, by_status, _by_bytes = written_with_revisits(tmp_path)
    true = read(tmp_path, first)
    for false in (replace(true, capture=by_status), replace(true, capture=replace(first, id="x"))):
        writer = a_writer(tmp_path)
        capture = writer.write(a_304(), false)
        writer.close()
        with pytest.raises(CaptureUnreadable, match="the response it refers to"):
            read(tmp_path, capture)
