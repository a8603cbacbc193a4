"""Whether the bytes that are cited are those that lie in the archive."""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import render_template, request

from archive.errors import UnknownDigest
from archive.fixity import Examined, examine
from archive.words import N_
from web.evidence.blueprint import blueprint
from web.evidence.cited import Cited, cited
from web.evidence.held import shown_only
from web.faults import Fault, ParametersInvalid
from web.holdings import holdings

MOST = 50
"""Records that are read again for one answer."""
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)
_NOT_A_DIGEST = N_(
    "“%(parameter)s” must be a SHA-256 digest: 64 digits 0 to f, with or without “sha256:”."
)


class Verified(NamedTuple):
    """The records with a payload digest, as they are now."""

    digest: str
    is_intact: bool
    is_complete: bool
    """Whether all that there are were read."""
    examined: list[Examined]
    reports: tuple[Cited, ...]
    """Those that rest on them."""


@blueprint.get("/verify/<digest>")
def verify(digest: str) -> str:
    """The records with a payload digest, read again, and the reports that rest on them."""
    return render_template("verify.html", **verified(digest)._asdict(), most=MOST)


def verified(digest: str) -> Verified:
    """The same facts for whoever asks. Raises ``ParametersInvalid`` or ``UnknownDigest``."""
    named = _DIGEST.fullmatch(digest.strip())
    if named is None:
        raise ParametersInvalid((Fault("digest", _NOT_A_DIGEST),))
    wanted = "sha256:" + named[1].lower()
    captures = holdings().store.captures_with_digest(wanted, MOST + 1)
    if not captures:
        raise UnknownDigest(digest=wanted)
    shown = shown_only(captures)[:MOST]
    folder = holdings().settings.warc_folder
    examined = [examine(folder, capture) for capture in shown]
    return Verified(
        digest=wanted,
        is_intact=not any(each.faults for each in examined),
        is_complete=len(captures) <= MOST,
        examined=examined,
        reports=cited(shown, request.args.get("revision")),
    )
