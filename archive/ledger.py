"""JSON lines beside the WARC files: outcomes of runs, and withdrawals.

They hold what cannot be derived from the WARC files, so that a store can be rebuilt from files
alone. Lines are only ever appended; a line that a kill tore is cut off at the next opening.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from archive.errors import LedgerDamaged
from archive.outcome import Finished, Outcome, Withdrawal

T = TypeVar("T", Outcome, Withdrawal, Finished)
RUN_LOG = ".run.jsonl"
_CHUNK = 1 << 16


class Ledger(Generic[T]):
    """An append-only file of one kind of record."""

    def __init__(self, path: Path, kind: type[T]) -> None:
        self.path = path
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def append(self, records: Iterable[T]) -> None:
        """Return when the records are on the disk, behind the last whole line."""
        lines = b"".join(self._adapter.dump_json(record) + b"\n" for record in records)
        if not lines:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._mended() as file:
            written = 0
            while written < len(lines):
                written += file.write(lines[written:])
            os.fsync(file.fileno())

    def read(self) -> Iterator[T]:
        """Every record, oldest first; a torn last line is passed over.

        Raises ``LedgerDamaged`` for any other line that is no record.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield self._adapter.validate_json(line)
                except ValidationError as error:
                    reason = error.errors()[0]["msg"]
                    raise LedgerDamaged(file=str(self.path), line=number, reason=reason) from error

    def mend(self) -> None:
        """Cut off a last line that a kill tore."""
        if self.path.exists():
            with self._mended():
                pass

    @contextmanager
    def _mended(self) -> Iterator[IO[bytes]]:
        """The file, locked, without a torn last line, for appending."""
        with self.path.open("ab+", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, os.SEEK_END)
            while end:
                start = max(0, end - _CHUNK)
                file.seek(start)
                newline = file.read(end - start).rfind(b"\n")
                end = start + newline + 1 if newline >= 0 else start
                if newline >= 0:
                    break
            file.truncate(end)
            yield file


def run_log(warc_folder: Path, site: str, run: str) -> Ledger[Outcome]:
    """The outcomes of one run."""
    return Ledger(warc_folder / site / (run + RUN_LOG), Outcome)


def run_logs(warc_folder: Path) -> Iterator[Ledger[Outcome]]:
    """The logs of all runs, oldest run of each site first."""
    for path in sorted(warc_folder.glob(f"*/*{RUN_LOG}")):
        yield Ledger(path, Outcome)


def finished_runs(warc_folder: Path, site: str) -> Ledger[Finished]:
    """The runs of a site after which a list that names only held articles holds nothing new."""
    return Ledger(warc_folder / site / "finished.jsonl", Finished)


def withdrawals(warc_folder: Path) -> Ledger[Withdrawal]:
    """The withdrawals of the whole archive."""
    return Ledger(warc_folder / "withdrawals.jsonl", Withdrawal)
