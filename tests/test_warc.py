"""WARC files: what is written, read back, torn, damaged and mended."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Capture
from archive.errors import CaptureUnreadable, LedgerDamaged, SiteBusy
from archive.filing import Filing, site_lock
from archive.fixity import (
    DAMAGED,
    WITHOUT_BYTES,
    WITHOUT_ORIGINAL,
    WITHOUT_ROW,
    Damage,
    repair,
    verify,
)
from archive.ledger import run_log, withdrawals
from archive.members import DamagedBytes, members, records
from archive.outcome import OutcomeKind, Withdrawal
from archive.payload_type import payload_type
from archive.settings import Settings
from archive.store import ArticleStore
from archive.warc import OPEN, read, responses
from archive.warc_writer import Exchange, WarcWriter

AT = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
LATER = datetime(2024, 5, 7, tzinfo=UTC)


def an_exchange(number: int = 0, body: bytes = b"<p>\xd6\xd0</p>", **fields: object) -> Exchange:
    values: dict[str, object] = {
        "url": f"http://a.example/{number}",
        "at": AT,
        "request_head": f"GET /{number} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode(),
        "response_head": b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n"
        b"X-Name: \xe5\xb7\xa5\xe4\xbc\x9a\r\nContent-Length: %d\r\n\r\n" % len(body),
        "body": body,
        "ip_address": "192.0.2.1",
    }
    return Exchange(**(values | fields))  # type: ignore[arg-type]


def a_writer(folder: Path, run: str = "run1") -> WarcWriter:
    return WarcWriter(folder, site="s", run=run, user_agent="Jianbao/test")


def written(folder: Path, *exchanges: Exchange) -> list[Capture]:
    writer = a_writer(folder)
    captures = [writer.write(exchange) for exchange in exchanges]
    writer.close()
    return captures


def filed(settings: Settings, store: ArticleStore, count: int) -> list[Capture]:
    """Exchanges filed with an outcome each, in one finished file."""
    filing = Filing(settings.warc_folder, store, site="s", run="run1", user_agent="t")
    captures = []
    for number in range(count):
        captures.append(filing.exchange(an_exchange(number, b"%d" % number * 500)))
        filing.outcome(captures[-1].url, OutcomeKind.LIST_PAGE, captures[-1])
    filing.close()
    return captures


def damages(settings: Settings, store: ArticleStore) -> list[tuple[str, int | None]]:
    found = verify(settings.warc_folder, store)
    return [(each.fault, each.offset) for each in found if isinstance(each, Damage)]


def test_a_capture_says_what_the_record_holds(tmp_path: Path) -> None:
    (capture,) = written(tmp_path, an_exchange())
    assert capture.url == "http://a.example/0"
    assert capture.captured_at == AT
    assert (capture.status, capture.media_type, capture.run) == (200, "text/html", "run1")
    assert (tmp_path / capture.warc_file).exists()
    recorded = read(tmp_path, capture)
    assert recorded.capture == capture
    assert recorded.payload == b"<p>\xd6\xd0</p>"
    assert recorded.headers.get_header("X-Name") == "工会"


def test_records_are_what_the_standard_asks_for(tmp_path: Path) -> None:
    (capture,) = written(tmp_path, an_exchange(truncated="disconnect"))
    with (tmp_path / capture.warc_file).open("rb") as file:
        records = []
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content_stream().read()
            records.append(record)
    info, response, request = (record.rec_headers for record in records)
    assert [each.get_header("WARC-Type") for each in (info, response, request)] == [
        "warcinfo",
        "response",
        "request",
    ]
    assert response.protocol == "WARC/1.1"
    assert response.get_header("WARC-Truncated") == "disconnect"
    assert request.get_header("WARC-Truncated") is None
    assert request.get_header("WARC-Concurrent-To") == response.get_header("WARC-Record-ID")
    for each in (response, request):
        assert each.get_header("WARC-Date") == "2024-05-06T07:08:09.123456Z"
        assert each.get_header("WARC-Warcinfo-ID") == info.get_header("WARC-Record-ID")
        assert each.get_header("WARC-IP-Address") == "192.0.2.1"


def test_the_head_is_kept_byte_for_byte(tmp_path: Path) -> None:
    exchange = an_exchange()
    (capture,) = written(tmp_path, exchange)
    whole = gzip.decompress((tmp_path / capture.warc_file).read_bytes())
    assert exchange.response_head + exchange.body in whole
    assert exchange.request_head in whole


def test_an_open_file_is_read_too(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    capture = writer.write(an_exchange())
    assert read(tmp_path, capture).body == b"<p>\xd6\xd0</p>"
    (path,) = (tmp_path / "s").glob(f"*{OPEN}")
    assert [each.capture for each in responses(tmp_path, path)] == [capture]
    writer.close()
    assert read(tmp_path, capture).capture == capture


def test_a_full_file_is_followed_by_another(settings: Settings, store: ArticleStore) -> None:
    filing = Filing(settings.warc_folder, store, site="s", run="r", user_agent="t")
    filing._writer._roll_at = 2000
    captures = [filing.exchange(an_exchange(number)) for number in range(10)]
    held = list(store.all_captures())
    finished = {capture.warc_file for capture in captures} - {captures[-1].warc_file}
    assert {c for c in captures if c.warc_file in finished} <= set(held), "rows before the roll"
    filing.close()
    assert len(finished) >= 2
    assert damages(settings, store) == []


@pytest.mark.parametrize("fault", ["lost file", "another record", "changed bytes", "cut short"])
def test_what_cannot_be_read_says_where(tmp_path: Path, fault: str) -> None:
    captures = written(tmp_path, an_exchange(0), an_exchange(1))
    path = tmp_path / captures[0].warc_file
    capture = captures[0]
    if fault == "lost file":
        path.unlink()
    elif fault == "another record":
        capture = replace(capture, id=captures[1].id)
    elif fault == "changed bytes":
        content = bytearray(path.read_bytes())
        content[capture.warc_offset + 60] ^= 255
        path.write_bytes(content)
    else:
        path.write_bytes(path.read_bytes()[: capture.warc_offset + 40])
    with pytest.raises(CaptureUnreadable, match=r"http://a\.example/0") as caught:
        read(tmp_path, capture)
    assert "jianbao verify" in str(caught.value)


def test_verify_finds_nothing_wrong_in_what_was_filed(
    settings: Settings, store: ArticleStore
) -> None:
    filed(settings, store, 30)
    assert damages(settings, store) == []


def test_verify_finds_every_cut(settings: Settings, store: ArticleStore) -> None:
    captures = filed(settings, store, 6)
    path = settings.warc_folder / captures[0].warc_file
    whole = path.read_bytes()
    for length in range(captures[-1].warc_offset + 1, len(whole), 37):
        path.write_bytes(whole[:length])
        assert damages(settings, store), f"cut at {length} of {len(whole)} went unnoticed"


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_verify_finds_every_changed_byte(
    settings: Settings, store: ArticleStore, place: float, flip: int
) -> None:
    """Apart from the four bytes of a gzip header that say nothing of the content."""
    if not list(store.all_captures()):
        filed(settings, store, 6)
    capture = next(store.all_captures())
    path = settings.warc_folder / capture.warc_file
    whole = path.read_bytes()
    at = int(place * len(whole))
    broken = bytearray(whole)
    broken[at] ^= flip
    path.write_bytes(broken)
    found = damages(settings, store)
    path.write_bytes(whole)
    assert found or _is_idle_gzip_byte(whole, at)


def _is_idle_gzip_byte(whole: bytes, at: int) -> bool:
    """Whether a byte is the time, flags or system of a gzip member's head."""
    start = whole.rfind(b"\x1f\x8b\x08", 0, at + 1)
    return 4 <= at - start <= 9


def test_verify_goes_on_behind_a_damage(settings: Settings, store: ArticleStore) -> None:
    captures = filed(settings, store, 6)
    path = settings.warc_folder / captures[0].warc_file
    content = bytearray(path.read_bytes())
    content[captures[2].warc_offset + 200] ^= 255
    path.write_bytes(content)
    assert damages(settings, store) == [
        (DAMAGED, captures[2].warc_offset),
        (WITHOUT_BYTES, captures[2].warc_offset),
    ]


def test_verify_finds_records_that_the_store_does_not_know(
    settings: Settings, store: ArticleStore
) -> None:
    (capture,) = written(settings.warc_folder, an_exchange())
    assert damages(settings, store) == [(WITHOUT_ROW, capture.warc_offset)]


def test_a_finished_file_keeps_its_bytes_when_repaired(tmp_path: Path) -> None:
    (finished, *_) = {c.warc_file for c in written(tmp_path, *map(an_exchange, range(5)))}
    whole = (tmp_path / finished).read_bytes()
    path = (tmp_path / finished).rename(tmp_path / (finished + OPEN))
    for cut in range(0, len(whole), 53):
        path.write_bytes(whole[:cut])
        repaired = repair(tmp_path, "s")
        assert not list((tmp_path / "s").glob(f"*{OPEN}"))
        left = b"".join(each.read_bytes() for each in repaired)
        torn = b"".join(each.read_bytes() for each in (tmp_path / "s").glob("*.torn"))
        assert left + torn == whole[:cut]
        assert left == b"" or gzip.decompress(left)
        for each in (tmp_path / "s").iterdir():
            each.unlink()


class FailingOnce:
    """A file on a disk that is full for one write, of which half arrives."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._writes = 0

    def write(self, data: bytes) -> int:
        self._writes += 1
        if self._writes == 2:
            raise OSError(28, "No space left on device")
        return self._file.write(data[: len(data) // 2] if self._writes == 1 else data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_write_that_fails_leaves_no_hole(settings: Settings, store: ArticleStore) -> None:
    filing = Filing(settings.warc_folder, store, site="s", run="r", user_agent="t")
    filing.exchange(an_exchange(0))
    whole = filing._writer._file
    assert whole is not None
    filing._writer._file = cast(IO[bytes], FailingOnce(whole))
    with pytest.raises(OSError, match="No space left"):
        filing.exchange(an_exchange(1))
    after = filing.exchange(an_exchange(2))
    filing.close()
    assert damages(settings, store) == []
    assert read(settings.warc_folder, after).capture == after


def test_a_line_behind_a_torn_one_is_whole(tmp_path: Path) -> None:
    ledger = withdrawals(tmp_path)
    first, second = (Withdrawal(article_id=each, reason="误发", at=AT) for each in "ab")
    ledger.append([first])
    with ledger.path.open("ab") as file:
        file.write(b'{"article_id": "torn')
    ledger.append([second])
    assert list(ledger.read()) == [first, second]


def test_a_body_is_unpacked_no_further_than_asked(tmp_path: Path) -> None:
    packed = gzip.compress(b"0" * 5_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n"
    (capture,) = written(tmp_path, an_exchange(body=packed, response_head=head))
    recorded = read(tmp_path, capture)
    assert recorded.payload == packed
    assert recorded.unpacked(1000) == b"0" * 1000
    assert len(recorded.body) == 5_000_000


def test_a_torn_line_of_a_log_is_cut_off_and_a_false_one_is_named(tmp_path: Path) -> None:
    ledger = withdrawals(tmp_path)
    first = Withdrawal(article_id="a", reason="一", at=AT)
    ledger.append([first])
    with ledger.path.open("ab") as file:
        file.write(b'{"article_id": "b", "rea')
    assert list(ledger.read()) == [first]
    ledger.mend()
    assert ledger.path.read_bytes().endswith(b"}\n")
    second = Withdrawal(article_id="b", reason="二", at=AT)
    ledger.append([second])
    assert list(ledger.read()) == [first, second]
    with ledger.path.open("ab") as file:
        file.write(json.dumps({"article_id": "c"}).encode() + b"\n")
    with pytest.raises(LedgerDamaged, match="Line 3"):
        list(ledger.read())


def test_a_log_of_one_torn_line_becomes_empty(tmp_path: Path) -> None:
    log = run_log(tmp_path, "s", "r")
    log.path.parent.mkdir(parents=True)
    log.path.write_bytes(b"x" * 200_000)
    log.mend()
    assert log.path.read_bytes() == b""


def test_a_site_has_one_writer(tmp_path: Path) -> None:
    with site_lock(tmp_path, "s"):
        with pytest.raises(SiteBusy, match="“s”"), site_lock(tmp_path, "s"):
            pass
        with site_lock(tmp_path, "other"):
            pass
    with site_lock(tmp_path, "s"):
        pass


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


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "text/html"),
        (b"<!-- saved -->", "text/html"),
        (b"<pre", "text/plain"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "application/rss+xml"),
        (b"<?xml version='1.0'?><feed xmlns=''>", "application/atom+xml"),
        (b"<?xml version='1.0'?><datastore>", "application/xml"),
        (b"<?xml version='1.0'?><!DOCTYPE html><HTML >", "application/xhtml+xml"),
        (b' {"list": []}', "application/json"),
        (b"[]", "application/json"),
        (b"User-agent: *", "text/plain"),
        (b"%PDF-1.4", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x00\x01\x02", None),
        (b"", None),
    ],
)
def test_a_payload_is_what_its_first_bytes_say(body: bytes, found: str | None) -> None:
    assert payload_type(body) == found


def test_the_type_of_a_packed_payload_is_that_of_its_content(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/plain\r\n\r\n"
    packed = gzip.compress(b"<html>" + b"x" * 5000)
    (capture,) = written(tmp_path, an_exchange(body=packed, response_head=head))
    whole = gzip.decompress((tmp_path / capture.warc_file).read_bytes())
    assert b"\r\nWARC-Identified-Payload-Type: text/html\r\n" in whole


A_RECORD = (
    b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
    b"WARC-Date: 2024-05-06T00:00:00Z\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000
)


def test_what_only_looks_like_a_record_is_passed_over() -> None:
    noise = b"\x1f\x8b\x08" * 50_000
    damages: list[DamagedBytes] = []
    found = list(records(BytesIO(noise + gzip.compress(A_RECORD)), damages.append))
    assert [member.offset for member in found] == [len(noise)]
    assert [damage.offset for damage in damages] == [0]


def test_a_member_that_unpacks_without_end_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.members.LARGEST", 1000)
    with pytest.raises(DamagedBytes, match="larger than any record"):
        next(members(BytesIO(gzip.compress(A_RECORD))))


def test_files_begun_in_one_moment_have_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Stopped:
            return cls(2024, 5, 6, tzinfo=tz)

    monkeypatch.setattr("archive.warc_writer.datetime", Stopped)
    captures = [written(tmp_path, an_exchange(number))[0] for number in range(3)]
    assert len({capture.warc_file for capture in captures}) == 3
    assert [read(tmp_path, capture).capture for capture in captures] == captures
