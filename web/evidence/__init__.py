"""The evidence: captured pages as they came, Memento and CDX, fixity, revisions."""

from web.evidence import captures, cdx, differences, memento, replay, revisions, verifying
from web.evidence.blueprint import blueprint

__all__ = [
    "blueprint",
    "captures",
    "cdx",
    "differences",
    "memento",
    "replay",
    "revisions",
    "verifying",
]
