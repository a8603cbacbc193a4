"""Fixity: whether every byte that was kept is still there, and mending what a kill tore."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.capture import Capture
from archive.ledger import RUN_LOG, Ledger
from archive.members import DamagedBytes, Member, members, records, unpack
from archive.outcome import Outcome
from archive.store import ArticleStore
from archive.warc import OPEN, Place, as_response, existing, finish, id_of, sha1, sha256
from archive.words import N_

TORN = ".torn"
_EMPTY_LINE = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Something that is not as it was written."""

    file: str
    """Below the ``warc`` folder."""
    offset: int | None
    """Byte of the record; ``None`` where the whole file is meant."""
    fault: str
    """An English message id."""
    detail: str = ""


def repair(warc_folder: Path, site: str) -> tuple[Path, ...]:
    """Finish the files that a killed crawl left open; hold ``site_lock`` around it.

    A torn last member is moved to a file of the same name ending in ``.torn``; a torn last line
    of a run log is cut off. Returns the files that were open, under their final names: only
    they can hold records without a row in the store.
    """
    folder = warc_folder / site
    for path in folder.glob(f"*{RUN_LOG}"):
        Ledger(path, Outcome).mend()
    opened = sorted(folder.glob(f"*{OPEN}"))
    return tuple(finish(path) for path in opened if _cut_torn_end(path))


def _cut_torn_end(path: Path) -> bool:
    """Cut a file before its first bytes that are no whole record, and keep these aside.

    Returns whether anything is left.
    """
    torn_path = path.with_name(path.name.removesuffix(OPEN) + TORN)
    with path.open("rb+") as file:
        whole = 0
        with suppress(DamagedBytes):
            for member in members(file):
                whole = member.end
        file.seek(whole)
        if torn := file.read():
            with torn_path.open("wb") as aside:
                aside.write(torn)
                aside.flush()
                os.fsync(aside.fileno())
            file.truncate(whole)
    if not whole:
        path.unlink()
    return whole > 0


def verify(warc_folder: Path, store: ArticleStore) -> Iterator[Damage | Path]:
    """Re-read everything: yields each file as it is begun, and every damage as it is found.

    Finds records cut short or changed, digests that do not fit, revisits of what cannot be
    read, files left open by a kill, captures of the store without their bytes, and responses
    that the store does not know.
    """
    captures = {(c.warc_file, c.warc_offset): c for c in store.all_captures()}
    for path in sorted(
        path for kind in ("", OPEN) for path in warc_folder.glob(f"*/*.warc.gz{kind}")
    ):
        yield path
        name = path.relative_to(warc_folder).as_posix()
        if path.name.endswith(OPEN):
            yield Damage(file=name, offset=None, fault=LEFT_OPEN)
        yield from _verify_file(warc_folder, path, captures)
    for capture in captures.values():
        yield Damage(
            file=capture.warc_file,
            offset=capture.warc_offset,
            fault=WITHOUT_BYTES,
            detail=capture.url,
        )


LEFT_OPEN = N_("left open by a crawl that was killed, or is running; crawl the site again")
DAMAGED = N_("the bytes are damaged or cut short; restore the file from a copy")
WRONG_LENGTH = N_("the record is shorter or longer than it says; restore the file from a copy")
WRONG_DIGEST = N_("the bytes are not those that were captured; restore the file from a copy")
WITHOUT_ORIGINAL = N_("it refers to a response that cannot be read; restore that file from a copy")
WITHOUT_BYTES = N_("a capture has no record here; restore the file from a copy")
WITHOUT_ROW = N_("the store does not know this record; run “jianbao extract”")


def _verify_file(
    warc_folder: Path, path: Path, captures: dict[tuple[str, int], Capture]
) -> Iterator[Damage]:
    """Damages of one file; the captures whose records are found are taken out of the dict."""
    name = path.relative_to(warc_folder).as_posix()
    finished = name.removesuffix(OPEN)
    damaged: list[DamagedBytes] = []
    with path.open("rb") as file:
        for member in records(file, damaged.append):
            capture = captures.pop((finished, member.offset), None)
            place = Place(file=finished, offset=member.offset, run="")
            for fault in _faults(member, place, capture, warc_folder):
                url = member.record.rec_headers.get_header("WARC-Target-URI") or ""
                yield Damage(file=name, offset=member.offset, fault=fault, detail=url)
    for each in damaged:
        yield Damage(file=name, offset=each.offset, fault=DAMAGED, detail=each.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A digest that a record names, and the one that its bytes have now."""

    named: str | None
    """``sha1:…``; ``None`` where the record names none."""
    computed: str

    @property
    def agrees(self) -> bool:
        return self.named in (None, self.computed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What re-reading the record of one capture has shown."""

    capture: Capture
    faults: tuple[str, ...] = ()
    """English message ids; empty where every byte is as it was captured."""
    payload_digest: str | None = None
    """SHA-256 of the payload as it lies there now; ``None`` where it cannot be read."""
    payload: Digest | None = None
    block: Digest | None = None
    """Of the record's own block: of a revisit its head alone."""


def examine(warc_folder: Path, capture: Capture) -> Examined:
    """Re-read the record of a capture and reckon its digests anew."""
    place = Place(file=capture.warc_file, offset=capture.warc_offset, run=capture.run)
    try:
        with existing(warc_folder / place.file).open("rb") as file:
            file.seek(place.offset)
            member = next(members(file), None)
    except (OSError, ValueError):
        return Examined(capture=capture, faults=(DAMAGED,))
    if member is None or id_of(member.record.rec_headers) != capture.id:
        return Examined(capture=capture, faults=(WITHOUT_BYTES,))
    headers, content = member.record.rec_headers, _content(member)[0]
    faults = tuple(dict.fromkeys(_faults(member, place, capture, warc_folder)))
    block = Digest(named=headers.get_header("WARC-Block-Digest"), computed=sha1(content))
    try:
        recorded = as_response(unpack(member.block), place, warc_folder)
    except (OSError, ValueError):
        recorded = None
    if recorded is None:
        return Examined(capture=capture, faults=faults or (WITHOUT_BYTES,), block=block)
    named = headers.get_header("WARC-Payload-Digest")
    return Examined(
        capture=capture,
        faults=faults,
        payload_digest=sha256(recorded.payload),
        payload=Digest(named=named, computed=sha1(recorded.payload)),
        block=block,
    )


def _faults(
    member: Member, place: Place, capture: Capture | None, warc_folder: Path
) -> Iterator[str]:
    """Faults of one record."""
    headers = member.record.rec_headers
    content, is_whole = _content(member)
    if not is_whole:
        yield WRONG_LENGTH
    is_changed = headers.get_header("WARC-Block-Digest") not in (None, sha1(content))
    try:
        recorded = as_response(member.record, place, warc_folder)
    except (OSError, ValueError):
        yield WITHOUT_ORIGINAL
        recorded = None
    if recorded is not None:
        named = headers.get_header("WARC-Payload-Digest")
        is_changed |= named not in (None, sha1(recorded.payload))
        is_changed |= capture is not None and capture.payload_digest != sha256(recorded.payload)
        if capture is None:
            yield WITHOUT_ROW
    if is_changed:
        yield WRONG_DIGEST


def _content(member: Member) -> tuple[bytes, bool]:
    """The block of a record, and whether it is as long as the record says."""
    _, _, rest = member.block.partition(_EMPTY_LINE)
    content = rest[: -len(_EMPTY_LINE)]
    length = member.record.rec_headers.get_header("Content-Length")
    return content, rest.endswith(_EMPTY_LINE) and str(len(content)) == length
