"""Resumption tokens: where a list goes on, in the token itself, so that none is ever kept.

A token works as often as it is sent, and for as long as the store is the same one: after a
rebuilding the revisions count anew, so its checksum is keyed with the store's id. It is no
secret. Who makes one up can ask for nothing that an ordinary request may not ask for.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated

from pydantic import Field, TypeAdapter

from web.harvest.oai_requests import OaiError

_CHECK_BYTES = 8
_Number = Annotated[int, Field(ge=0, lt=2**63)]
"""As large as a database can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A list, and how far it was told."""

    prefix: str
    changed_from: str | None
    changed_until: str | None
    set_spec: str | None
    revision: _Number = 0
    """Of the last record that was told."""
    cursor: _Number = 0
    """How many records were told."""
    size: _Number = 0
    """How many there were to tell when the list began."""

    def arguments(self) -> dict[str, str]:
        """The arguments that began the list."""
        given = {"from": self.changed_from, "until": self.changed_until, "set": self.set_spec}
        return {name: value for name, value in given.items() if value is not None}


_PLACE = TypeAdapter(Place)


def token(place: Place, store_id: str) -> str:
    """The place as a word of letters, digits, hyphens and underscores."""
    content = _PLACE.dump_json(place)
    return urlsafe_b64encode(_check(content, store_id) + content).decode().rstrip("=")


def read_token(text: str, store_id: str) -> Place:
    """The inverse of ``token``. Raises ``OaiError`` for anything else."""
    try:
        whole = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        check, content = whole[:_CHECK_BYTES], whole[_CHECK_BYTES:]
        if check == _check(content, store_id):
            return _PLACE.validate_json(content)
    except ValueError:
        pass
    raise OaiError("badResumptionToken", "the archive gave no such token; begin the list again")


def _check(content: bytes, store_id: str) -> bytes:
    return blake2b(content, digest_size=_CHECK_BYTES, key=store_id.encode()).digest()
