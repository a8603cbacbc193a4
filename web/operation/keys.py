"""Keys of programs that may ask more often. The file holds only their digests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

from flask import Request

from archive.errors import ExitCode, JianbaoError
from archive.words import N_

_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})\s+(?P<holder>\S.*)")
_NOT_A_KEY = N_("it must hold the SHA-256 digest of a key in 64 hexadecimal digits, then a name")


@dataclass(eq=False)
class KeyFileInvalid(JianbaoError):
    """The file of keys cannot be used."""

    code = "key-file-invalid"
    exit_code = ExitCode.USAGE
    worded = ("reason",)
    message = N_(
        "Line %(line)s of %(file)s cannot be used: %(reason)s. "
        "Correct that line, or take the file out of the settings."
    )
    file: str
    line: int
    reason: str


@dataclass(eq=False)
class UnknownKey(JianbaoError):
    """A request names a key that nobody was given."""

    code = "unknown-key"
    message = N_("The key of this request is not known here. Correct it, or ask without a key.")


def read_keys(file: Path | None) -> Mapping[str, str]:
    """Who holds each key, by its digest. Raises ``KeyFileInvalid``.

    A fast digest is enough: keys are long and random, so that none can be guessed from it.
    """
    holders: dict[str, str] = {}
    if file is None:
        return holders
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise KeyFileInvalid(file=str(file), line=1, reason=str(error)) from error
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        found = _LINE.fullmatch(text)
        if found is None:
            raise KeyFileInvalid(file=str(file), line=number, reason=_NOT_A_KEY)
        holders[found["digest"]] = found["holder"]
    return holders


def key_of(request: Request) -> str | None:
    """The key that a request names: ``Authorization: Bearer …`` or ``X-API-Key: …``."""
    given = request.authorization
    if given is not None and given.type == "bearer" and given.token:
        return given.token
    return request.headers.get("X-API-Key")


def holder_of(key: str, holders: Mapping[str, str]) -> str | None:
    """Who holds a key. Takes the same time for all, so that it tells nothing of the others."""
    digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    found = [holder for known, holder in holders.items() if compare_digest(known, digest)]
    return found[0] if found else None
