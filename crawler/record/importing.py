"""Taking the records of other programs' WARC files into the archive, without network.

Each is copied into a file of ours, in the folder of the site it lies on and under a run of its
own, and then read and filed as a crawl's would be. Its id follows from the id it had, so that a
record is taken in once, however often its file is imported, and an import that was killed goes
on where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from archive.capture import Capture
from archive.errors import ImportDamaged
from archive.filing import site_lock
from archive.foreign import WarcFile, warc_files
from archive.importing import Foreign, imported_id, read_block
from archive.members import DamagedBytes
from archive.outcome import IMPORT, OutcomeKind, run_id
from archive.store import ArticleStore
from archive.warc import Recorded, read
from archive.warc_writer import Exchange, WarcWriter
from crawler.profile import Profile
from crawler.record.replay import AT_ONCE, Replay, mend
from crawler.workers import Workers

Progress = Callable[[str, int, int], None]
"""Told the file that is read, the bytes of those before it, and the bytes read of it."""


@dataclass(kw_only=True)
class Imported:
    """What became of the records of the files."""

    run: str
    outcomes: Counter[OutcomeKind] = field(default_factory=Counter)
    """Of the records that were taken in."""
    held: int = 0
    """Records that the archive has already."""
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Records of hosts that no profile covers, by host."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Records of kinds that are not taken in."""
    without_original: int = 0
    """Revisits of responses that are in none of the files."""
    damaged: list[ImportDamaged] = field(default_factory=list)


def import_files(
    paths: Sequence[Path],
    warc_folder: Path,
    store: ArticleStore,
    profiles: Sequence[Profile],
    workers: Workers,
    progress: Progress,
    *,
    skip_damaged: bool = False,
) -> Imported:
    """Take in every response and revisit that lies on a site of the profiles.

    Raises ``NotWarc``, ``SiteBusy``, and ``ImportDamaged`` unless damage shall be skipped; what
    came before it is kept.
    """
    run = run_id(datetime.now(UTC)) + IMPORT
    done = Imported(run=run)
    with ExitStack() as stack:
        sites: dict[str, _Site] = {}

        def take(foreign: Foreign) -> None:
            url = foreign.exchange.url
            profile = _profile_for(url, profiles)
            if profile is None:
                done.elsewhere[urlsplit(url).netloc] += 1
                return
            if profile.key not in sites:
                stack.enter_context(site_lock(warc_folder, profile.key))
                mend(warc_folder, profile, store, workers)
                site = _Site(profile, warc_folder, store, workers, done)
                sites[profile.key] = stack.enter_context(closing(site))
            sites[profile.key].take(foreign)

        before = 0
        for path in paths:
            for file in warc_files(path):
                _read(file, take, done, partial(progress, file.name, before), skip_damaged)
                before += file.size
    return done


def total_size(paths: Iterable[Path]) -> int:
    """Bytes of all WARC files in the files. Raises ``NotWarc``."""
    return sum(file.size for path in paths for file in warc_files(path))


def _read(
    file: WarcFile,
    take: Callable[[Foreign], None],
    done: Imported,
    progress: Callable[[int], None],
    skip_damaged: bool,
) -> None:
    """Take in what stands in one file."""

    def on_damage(damage: DamagedBytes) -> None:
        error = ImportDamaged(file=file.name, offset=damage.offset, reason=damage.reason)
        if not skip_damaged:
            raise error
        done.damaged.append(error)

    for block in file.blocks(on_damage):
        progress(file.file.tell())
        try:
            found = read_block(block, file.name)
        except ValueError as error:
            on_damage(DamagedBytes(block.offset, str(error)))
            continue
        if isinstance(found, str):
            done.skipped[found] += 1
        else:
            take(found)


def _profile_for(url: str, profiles: Iterable[Profile]) -> Profile | None:
    """The site an address lies on; where several share a host, the one that knows the address."""
    covering = [profile for profile in profiles if profile.covers(url)]
    knowing = (each for each in covering if each.is_article(url) or each.is_list_page(url))
    return next(knowing, covering[0] if covering else None)


class _Site:
    """One site's part of an import. Hold ``site_lock`` around it."""

    def __init__(
        self,
        profile: Profile,
        warc_folder: Path,
        store: ArticleStore,
        workers: Workers,
        done: Imported,
    ) -> None:
        self._key = profile.key
        self._folder = warc_folder
        self._store = store
        self._done = done
        self._writer = WarcWriter(warc_folder, site=profile.key, run=done.run, user_agent="")
        self._replay = Replay(warc_folder, profile, store, workers)
        self._by_digest: dict[str, str] = {}
        """Ids of ours, by the digest that the record taken in gives its payload."""
        self._written: dict[str, Capture] = {}
        """Captures that are not filed yet, by id."""
        self._orphans: list[Foreign] = []
        """Revisits whose response has not come yet."""

    def take(self, foreign: Foreign) -> None:
        """Copy a record into our file, unless the archive has it."""
        key = imported_id(self._key, foreign.record_id)
        if foreign.payload_digest and not foreign.is_revisit:
            self._by_digest.setdefault(foreign.payload_digest, key)
        if self._capture(key) is not None:
            self._done.held += 1
            return
        original = self._original(foreign) if foreign.is_revisit else None
        if foreign.is_revisit and original is None:
            self._orphans.append(foreign)
            return
        self._write(replace(foreign.exchange, record_id=key), original)

    def close(self) -> None:
        """File what waits, and finish the WARC file."""
        for orphan in self._orphans:
            original = self._original(orphan)
            if original is None:
                self._done.without_original += 1
            else:
                key = imported_id(self._key, orphan.record_id)
                self._write(replace(orphan.exchange, record_id=key), original)
        self._file()
        self._replay.close()
        self._writer.close()
        self._done.outcomes.update(self._replay.counts)

    def _write(self, exchange: Exchange, original: Recorded | None) -> None:
        if original is not None and not exchange.response_head:
            exchange = replace(exchange, response_head=original.headers.to_bytes())
        if self._writer.is_full:
            self._file()
            self._writer.close()
        capture = self._writer.write(exchange, original)
        self._written[capture.id] = capture
        if len(self._written) >= AT_ONCE:
            self._file()

    def _file(self) -> None:
        """Bring what was copied to the disk, then into the store with what it gives."""
        self._writer.sync()
        self._replay.file(read(self._folder, capture) for capture in self._written.values())
        self._written.clear()

    def _capture(self, key: str) -> Capture | None:
        return self._written.get(key) or self._store.find_capture(key)

    def _original(self, revisit: Foreign) -> Recorded | None:
        """The response that a revisit refers to, by its id, by address and time, or by digest."""
        found = self._capture(imported_id(self._key, revisit.refers_to or ""))
        found = found or self._at(revisit.refers_to_url, revisit.refers_to_date)
        found = found or self._capture(self._by_digest.get(revisit.payload_digest or "", ""))
        if found is not None and found.revisit_of is not None:
            found = self._capture(found.revisit_of)
        return None if found is None else read(self._folder, found)

    def _at(self, url: str | None, date: datetime | None) -> Capture | None:
        """Our capture of an address at a time, which may be given in whole seconds."""
        if url is None or date is None:
            return None
        written = [each for each in self._written.values() if each.url == url]
        for each in (*written, *self._store.captures_at(url)):
            is_ours = each.warc_file.startswith(f"{self._key}/")
            if is_ours and abs(each.captured_at - date) < timedelta(seconds=1):
                return each
        return None
