"""WARC files: what is written, read back, torn, damaged and mended."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import datetime, tzinfo
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.errors import CaptureUnreadable, LedgerDamaged, SiteBusy
from archive.filing import Filing, site_lock
from archive.fixity import (
    DAMAGED,
    WITHOUT_BYTES,
    WITHOUT_ROW,
    repair,
)
from archive.ledger import run_log, withdrawals
from archive.members import DamagedBytes, members, records
from archive.outcome import Withdrawal
from archive.payload_type import payload_type
from archive.settings import Settings
from archive.store import ArticleStore
from archive.warc import OPEN, read, responses
from tests.recordings import AT, a_writer, an_exchange, damages, filed, written


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
