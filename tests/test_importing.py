"""Importing: every kind of foreign WARC file, once, with its dates and bytes, also after a kill."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.article import article_id
from archive.errors import ImportDamaged, NotWarc
from archive.fixity import Damage, verify
from archive.foreign import warc_files
from archive.importing import dechunked, imported_id
from archive.outcome import OutcomeKind
from archive.settings import Settings
from archive.store import ArticleStore
from archive.warc import OPEN, read
from crawler.profile import Profile, load_profile
from crawler.record.importing import Imported, import_files, total_size
from crawler.workers import Workers
from tests.commands import Jianbao
from tests.foreign_warcs import (
    BASE,
    Bundle,
    Visit,
    bare,
    chunked,
    in_one_stream,
    write_wacz,
)
from tests.scripted_site import write_profile

Importing = Callable[..., Imported]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers(1)) as started:
        yield started


@pytest.fixture
def profile(settings: Settings) -> Profile:
    return load_profile(write_profile(settings.sites, BASE), "scripted")


@pytest.fixture
def importing(
    settings: Settings, store: ArticleStore, profile: Profile, workers: Workers
) -> Importing:
    def run(*paths: Path, skip_damaged: bool = False) -> Imported:
        return import_files(
            paths,
            settings.warc_folder,
            store,
            [profile],
            workers,
            lambda *_: None,
            skip_damaged=skip_damaged,
        )

    return run


def written(folder: Path, content: bytes, name: str = "foreign.warc.gz") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def two_reports(version: str = "1.1") -> Bundle:
    """As Heritrix writes: response, request, metadata, and a look-up of the host's name."""
    bundle = Bundle(version)
    bundle.other("metadata", "dns:127.0.0.1")
    for number in (1, 2):
        bundle.response(Visit(f"/a/{number}", text=f"第{number}条。"))
        bundle.other("metadata", f"{BASE}/a/{number}")
    return bundle


def texts(store: ArticleStore) -> list[tuple[str, ...]]:
    held = store.get_many(store.article_ids()).values()
    return sorted(each.sections[0].paragraphs for each in held)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("form", ["a member each", "one stream", "bare", "stored", "deflated"])
def test_every_form_gives_the_same(
    tmp_path: Path, importing: Importing, store: ArticleStore, form: str, version: str
) -> None:
    bundle = two_reports(version)
    if form in ("stored", "deflated"):
        kind = zipfile.ZIP_STORED if form == "stored" else zipfile.ZIP_DEFLATED
        path = write_wacz(tmp_path / "x.wacz", bundle.to_bytes(), compression=kind)
    else:
        make = {"a member each": Bundle.to_bytes, "one stream": in_one_stream, "bare": bare}[form]
        path = written(tmp_path, make(bundle))
    done = importing(path)
    assert done.outcomes == {OutcomeKind.NEW: 2}
    assert done.skipped == {"warcinfo": 1, "metadata": 3}
    assert texts(store) == [("第1条。",), ("第2条。",)]


def test_date_bytes_and_provenance_are_kept(
    tmp_path: Path, importing: Importing, store: ArticleStore, settings: Settings
) -> None:
    bundle = Bundle()
    visit = Visit("/a/1", headers=[("X-Name", "kept")])
    record = bundle.response(visit)
    done = importing(written(tmp_path, bundle.to_bytes(), "old crawl.warc.gz"))
    (capture,) = store.all_captures()
    assert capture.captured_at.isoformat() == "2025-03-04T05:06:07+00:00"
    assert (capture.url, capture.run) == (visit.url, done.run)
    recorded = read(settings.warc_folder, capture)
    assert recorded.payload == visit.body
    assert recorded.headers.get_header("X-Name") == "kept"
    with (settings.warc_folder / capture.warc_file).open("rb") as file:
        info, ours = (each.rec_headers for each in ArchiveIterator(file, check_digests="raise"))
    assert ours.get_header("Jianbao-Imported-From") == "old crawl.warc.gz"
    original_id = record.rec_headers.get_header("WARC-Record-ID")
    assert ours.get_header("Jianbao-Imported-Record") == original_id
    assert ours.get_header("WARC-Record-ID") == f"<urn:uuid:{imported_id('scripted', original_id)}>"
    assert ours.get_header("WARC-IP-Address") == "192.0.2.7"
    assert info.get_header("WARC-Type") == "warcinfo"
    assert [d for d in verify(settings.warc_folder, store) if isinstance(d, Damage)] == []


def test_importing_twice_gives_nothing_new(
    tmp_path: Path, importing: Importing, store: ArticleStore, settings: Settings
) -> None:
    first = written(tmp_path, two_reports().to_bytes())
    importing(first)
    files = sorted(settings.warc_folder.rglob("*"))
    revision = store.revision
    done = importing(first, write_wacz(tmp_path / "same.wacz", first.read_bytes()))
    assert (done.outcomes, done.held) == ({}, 4)
    assert store.revision == revision
    assert sorted(settings.warc_folder.rglob("*")) == files


@pytest.mark.parametrize("by", ["id", "address", "digest"])
def test_a_revisit_is_read_through_its_response(
    tmp_path: Path, importing: Importing, store: ArticleStore, settings: Settings, by: str
) -> None:
    bundle, later = Bundle(), Bundle()
    original = bundle.response(Visit("/a/1"))
    again = Visit("/a/1", at="2025-06-01T00:00:00Z")
    later.revisit(again, original, by)
    done = importing(
        written(tmp_path, later.to_bytes(), "later.warc.gz"), written(tmp_path, bundle.to_bytes())
    )
    assert done.without_original == 0
    first, second = store.all_captures()
    assert {first.payload_digest} == {second.payload_digest}
    assert second.revisit_of == first.id
    assert read(settings.warc_folder, second).payload == again.body
    key = article_id("scripted", again.url)
    assert store.get(key).captures == (first, second)


def test_a_revisit_without_its_response_is_said(tmp_path: Path, importing: Importing) -> None:
    elsewhere, bundle = Bundle(), Bundle()
    original = elsewhere.response(Visit("/a/1"))
    bundle.revisit(Visit("/a/1"), original, "id")
    done = importing(written(tmp_path, bundle.to_bytes()))
    assert (done.without_original, done.outcomes) == (1, {})


def test_an_older_capture_does_not_hide_what_the_report_says_now(
    tmp_path: Path, importing: Importing, store: ArticleStore
) -> None:
    bundle = Bundle()
    bundle.response(Visit("/a/1", text="新。", at="2025-01-01T00:00:00Z"))
    bundle.response(Visit("/a/1", text="旧。", at="2024-06-01T00:00:00Z"))
    importing(written(tmp_path, bundle.to_bytes()))
    assert texts(store) == [("新。",)]
    (key,) = store.article_ids()
    assert [c.captured_at.year for c, _ in store.readings(key)] == [2024, 2025]
    shown = [
        change.article and change.article.sections[0].paragraphs for change in store.changes(0)
    ]
    assert shown == [("新。",), ("新。",)]


@pytest.mark.parametrize("is_chunked", [True, False])
def test_transfer_encoding_is_undone(
    tmp_path: Path, importing: Importing, store: ArticleStore, settings: Settings, is_chunked: bool
) -> None:
    """Some writers undo it and leave the header."""
    bundle, visit = Bundle(), Visit("/a/1")
    body = chunked(visit.body) if is_chunked else visit.body
    bundle.response(visit, body=body, more=[("Transfer-Encoding", "chunked")])
    importing(written(tmp_path, bundle.to_bytes()))
    (capture,) = store.all_captures()
    recorded = read(settings.warc_folder, capture)
    assert recorded.payload == visit.body
    assert recorded.headers.get_header("Transfer-Encoding") is None
    assert recorded.headers.get_header("Content-Length") == str(len(visit.body))
    assert texts(store) == [("职工之家今天开门。",)]


def test_packed_bodies_are_kept_packed_and_read(
    tmp_path: Path, importing: Importing, store: ArticleStore, settings: Settings
) -> None:
    bundle, visit = Bundle(), Visit("/a/1")
    packed = gzip.compress(visit.body)
    bundle.response(visit, body=packed, more=[("Content-Encoding", "gzip")])
    importing(written(tmp_path, bundle.to_bytes()))
    (capture,) = store.all_captures()
    assert read(settings.warc_folder, capture).payload == packed
    assert texts(store) == [("职工之家今天开门。",)]


def test_what_lies_on_no_known_site_is_counted(tmp_path: Path, importing: Importing) -> None:
    bundle = Bundle()
    bundle.response(Visit("/a/1", base="http://other.example"))
    bundle.response(Visit("/a/2", base="http://other.example:8080"))
    done = importing(written(tmp_path, bundle.to_bytes()))
    assert done.elsewhere == {"other.example": 1, "other.example:8080": 1}
    assert done.outcomes == {}


@pytest.mark.parametrize("form", ["a member each", "one stream", "bare", "wacz"])
def test_damage_is_named_and_skipped_only_if_told(
    tmp_path: Path, importing: Importing, store: ArticleStore, form: str
) -> None:
    bundle = Bundle(gzipped=form != "bare")
    bundle.response(Visit("/a/1"))
    begin = len(bundle.to_bytes())
    bundle.response(Visit("/a/2"))
    end = len(bundle.to_bytes())
    bundle.response(Visit("/a/3"))
    content = bytearray(bundle.to_bytes())
    name = "foreign.warc.gz"
    if form == "bare":
        content[end - 100] ^= 1  # a byte of the text, which only the digest tells
    elif form == "one stream":
        content = bytearray(in_one_stream(bundle))[:-30]
    else:
        content[begin + 60] ^= 255
    if form == "wacz":
        path = write_wacz(tmp_path / "x.wacz", bytes(content))
        name = "x.wacz/archive/rec-0.warc.gz"
    else:
        path = written(tmp_path, bytes(content))
    with pytest.raises(ImportDamaged) as raised:
        importing(path)
    assert raised.value.file == name
    if form != "one stream":
        assert raised.value.offset == begin
    assert len(store.article_ids()) >= 1, "what came before the damage is kept"
    done = importing(path, skip_damaged=True)
    assert [each.offset for each in done.damaged] == [raised.value.offset]
    assert len(store.article_ids()) == 2


@pytest.mark.parametrize("place", range(0, 1000, 37))
def test_a_damaged_byte_in_a_wacz_ends_in_no_error_but_a_named_one(
    tmp_path: Path, importing: Importing, place: int
) -> None:
    """Some do no harm; ``zipfile`` has many ways of saying that it cannot go on."""
    path = write_wacz(tmp_path / "x.wacz", two_reports().to_bytes())
    content = bytearray(path.read_bytes())
    content[-1 - place] ^= 0x55
    path.write_bytes(content)
    with suppress(ImportDamaged, NotWarc):
        importing(path)


@pytest.mark.parametrize("compression", [1, 97], ids=["encrypted", "unknown"])
def test_a_wacz_that_cannot_be_unpacked_is_refused(tmp_path: Path, compression: int) -> None:
    path = write_wacz(tmp_path / "x.wacz", two_reports().to_bytes())
    content = bytearray(path.read_bytes())
    at = content.rindex(b"archive/")  # the name in the directory entry, 46 bytes long before it
    content[at - 46 + (8 if compression == 1 else 10)] = compression
    path.write_bytes(content)
    with pytest.raises(NotWarc):
        total_size([path])


@pytest.mark.parametrize(
    "field",
    [f"Content-Length: {'9' * 5000}", "WARC-Date: 0001-01-01T00:00:00+14:00", "WARC-Date: gestern"],
    ids=["length", "first-year", "no-date"],
)
def test_a_record_with_an_impossible_field_is_damaged(
    tmp_path: Path, importing: Importing, field: str
) -> None:
    bundle = Bundle(gzipped=False)
    bundle.response(Visit("/a/1"))
    name = field.partition(":")[0].encode()
    content = re.sub(rb"(?m)^" + name + rb": [^\r]*", field.encode(), bundle.to_bytes())
    with pytest.raises(ImportDamaged):
        importing(written(tmp_path, content))


def test_an_address_with_spaces_is_escaped(
    tmp_path: Path, importing: Importing, store: ArticleStore
) -> None:
    bundle = Bundle(gzipped=False)
    bundle.response(Visit("/a/1"))
    content = bundle.to_bytes().replace(b"/a/1\r\n", b"/a/1?q=a b\r\n")
    importing(written(tmp_path, content))
    (capture,) = store.all_captures()
    assert capture.url == f"{BASE}/a/1?q=a%20b"


def test_an_import_that_was_killed_goes_on(
    tmp_path: Path, importing: Importing, store: ArticleStore, settings: Settings
) -> None:
    """Its file lies there open and torn, and the store knows only some of it."""
    path = written(tmp_path, two_reports().to_bytes())
    importing(path)
    (capture, second) = store.all_captures()
    ours = settings.warc_folder / capture.warc_file
    content = ours.read_bytes()
    ours.with_name(ours.name + OPEN).write_bytes(content[: second.warc_offset + 40])
    ours.unlink()
    with store.batch() as connection:
        for table in ("captures", "outcomes", "articles", "article_captures", "journal"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    done = importing(path)
    assert (done.held, done.outcomes) == (1, {OutcomeKind.NEW: 1})
    assert texts(store) == [("第1条。",), ("第2条。",)]
    assert [d for d in verify(settings.warc_folder, store) if isinstance(d, Damage)] == []


def test_what_is_no_warc_says_so(tmp_path: Path) -> None:
    for name, content in {"a.txt": b"hello", "empty": b"", "a.zip": b"PK\x03\x04broken"}.items():
        with pytest.raises(NotWarc, match=name):
            list(warc_files(written(tmp_path, content, name)))


def test_sizes_are_those_of_the_files_inside(tmp_path: Path) -> None:
    warc = two_reports().to_bytes()
    path = write_wacz(tmp_path / "x.wacz", warc, warc)
    assert total_size([path, written(tmp_path, warc)]) == 3 * len(warc)


@given(st.binary(max_size=400), st.integers(1, 90))
def test_chunks_give_the_body_back(body: bytes, size: int) -> None:
    assert dechunked(chunked(body, size)) == (body, True)


@given(st.binary(min_size=1, max_size=200), st.integers(1, 50), st.data())
def test_a_cut_chunked_body_gives_what_came(body: bytes, size: int, data: st.DataObject) -> None:
    whole = chunked(body, size)
    cut = data.draw(st.integers(0, len(whole) - 6))
    found, is_whole = dechunked(whole[:cut])
    assert body.startswith(found) or (is_whole and found == whole[:cut])


def test_the_command_imports_and_the_store_is_rebuilt_from_it(tmp_path: Path) -> None:
    jianbao = Jianbao(tmp_path / "data", write_profile(tmp_path / "sites", BASE))
    bundle = two_reports()
    bundle.response(Visit("/a/1", text="更早的。", at="2024-07-01T00:00:00Z"))
    path = written(tmp_path, bundle.to_bytes())
    shown = jianbao.json("import", str(path))
    assert shown["outcomes"] == {"new": 2, "changed": 1}
    assert jianbao.json("import", str(path))["held"] == 3
    with closing(jianbao.open_store()) as store:
        before = (store.get_many(store.article_ids()), tuple(store.all_captures()))
    assert jianbao.json("report")["run"] == shown["run"]
    jianbao.ok("verify")
    jianbao.ok("extract")
    with closing(jianbao.open_store()) as store:
        assert (store.get_many(store.article_ids()), tuple(store.all_captures())) == before
    assert len(jianbao.json("history", article_id("scripted", f"{BASE}/a/1"))) == 2


@pytest.mark.parametrize("code", [2, 3, 4, 6])
def test_exit_codes_say_how_it_ended(tmp_path: Path, code: int) -> None:
    jianbao = Jianbao(tmp_path / "data", write_profile(tmp_path / "sites", BASE))
    bundle = Bundle()
    base = "http://other.example" if code == 4 else BASE
    bundle.response(Visit("/a/1", base=base, at=f"{2000 if code == 3 else 2025}-01-01T00:00:00Z"))
    content = bundle.to_bytes()
    path = written(tmp_path, {2: b"no WARC", 6: content[:-50]}.get(code, content))
    done = jianbao("import", str(path))
    assert done.returncode == code, done.stdout + done.stderr
    if code == 6:
        assert "--skip-damaged" in done.stderr
        assert jianbao("import", "--skip-damaged", str(path)).returncode == 6
