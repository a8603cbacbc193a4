"""Links between an address, its captures and its time map (RFC 7089), in the form of RFC 8288."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from werkzeug.http import http_date

from archive.capture import Capture
from web.evidence.addresses import capture_path, public, quoted

LINK_FORMAT = "application/link-format"


def original_link(url: str) -> str:
    """To the address itself."""
    return f'<{quoted(url)}>; rel="original"'


def timegate_link(url: str) -> str:
    """To the place that knows the capture nearest to an instant."""
    return f'<{public("/timegate/" + quoted(url))}>; rel="timegate"'


def timemap_link(url: str, relation: str = "timemap") -> str:
    """To the list of all captures."""
    address = public("/timemap/link/" + quoted(url))
    return f'<{address}>; rel="{relation}"; type="{LINK_FORMAT}"'


def memento_link(capture: Capture, relation: str = "memento") -> str:
    """To a capture."""
    instant = http_date(capture.captured_at)
    return f'<{public(capture_path(capture))}>; rel="{relation}"; datetime="{instant}"'


def memento_links(captures: Sequence[Capture], shown: Capture) -> Iterator[str]:
    """To a capture, and to the first, previous, next and last of its address."""
    place, last = captures.index(shown), len(captures) - 1
    near = {"first": 0, "prev": place - 1, "": place, "next": place + 1, "last": last}
    for position in sorted({each for each in near.values() if 0 <= each <= last}):
        names = [name for name, each in near.items() if name and each == position]
        yield memento_link(captures[position], " ".join((*names, "memento")))
