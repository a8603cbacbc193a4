"""What is held of an address: asking again only for what is not (RFC 9110, 13; RFC 9111, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from archive.capture import Capture
from archive.errors import CaptureUnreadable
from archive.store import ArticleStore
from archive.warc import Recorded, read, sha256
from archive.warc_writer import Exchange


@dataclass(frozen=True, slots=True)
class Held:
    """The newest capture of an address, and the response that has its bytes."""

    capture: Capture
    original: Recorded

    def conditions(self) -> dict[str, str]:
        """Headers that ask a server for a page only if it is not this one.

        What the server called it is said back to the letter, be it a weak name or no date at all.
        """
        validators = {
            "If-None-Match": self.capture.etag,
            "If-Modified-Since": self.capture.last_modified,
        }
        return {name: value for name, value in validators.items() if value and value.isascii()}

    def is_confirmed_by(self, status: int, exchange: Exchange) -> bool:
        """Whether an answer says, or shows by its bytes, that this is still the page.

        A 304 that was not asked for says nothing.
        """
        if status == HTTPStatus.NOT_MODIFIED:
            return bool(self.conditions())
        if status != HTTPStatus.OK or exchange.truncated or not exchange.body:
            return False
        return sha256(exchange.body) == self.capture.payload_digest


def held_at(store: ArticleStore, warc_folder: Path, site: str, url: str) -> Held | None:
    """What is held of an address; what cannot be read any more counts as not held."""
    capture = store.latest_answer(site, url)
    if capture is None:
        return None
    origin = store.capture(capture.revisit_of) if capture.revisit_of else capture
    try:
        return Held(capture, read(warc_folder, origin))
    except CaptureUnreadable:
        return None
