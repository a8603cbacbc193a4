"""The shapes of answers about captures and revisions, as they are described to programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, RootModel

from archive.capture import Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureShown(Capture):
    """One answer of the original server."""

    revision: int | None
    """What it was read as; ``null`` where it shows no report."""
    capture_url: str
    """Where its bytes are shown as they came."""
    verify_url: str
    """Where they are read again and compared."""


class CapturesAnswer(BaseModel):
    """Every capture of the addresses under which a report was read, oldest first."""

    captures: list[CaptureShown]


class CaptureNamed(BaseModel):
    """A capture by its id."""

    id: str
    captured_at: datetime


class FieldChanged(BaseModel):
    """What a field said before, and what after."""

    old: str
    new: str


class LineChanged(BaseModel):
    """A title, heading or paragraph that is not as before."""

    sign: str = Field(description="`-` it went, `+` it came, `~` it has another wording.")
    stretches: list[tuple[str, str]] = Field(
        description="`=`, `-` or `+`, and characters that stayed, went or came."
    )


class EventShown(BaseModel):
    """One thing that happened to a report."""

    kind: str = Field(description="`read`: it said something new; `gone`: its site had it no more.")
    at: datetime
    detail: str = Field(description="HTTP status of what is gone.")
    revision: int | None
    captures: list[CaptureNamed] = Field(description="Captures in a row that gave this revision.")
    fields: dict[str, FieldChanged] = Field(description="Changes since the revision before.")
    lines: list[LineChanged] = Field(description="The same for the text.")


class RevisionsAnswer(BaseModel):
    """Everything that happened to a report, in order of time."""

    held_revision: int = Field(description="What the report says now.")
    events: list[EventShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRead(CaptureShown):
    """A capture, and what its record says beyond that."""

    is_readable: bool
    """Whether its bytes can be read."""
    truncated: str | None
    """``length``, ``time`` or ``disconnect`` where the server's answer is cut short."""
    target: str | None
    """Where a redirect sent its visitors."""


class CaptureReadAnswer(RootModel[CaptureRead]):
    """One answer of the original server."""


class RevisionNamed(BaseModel):
    """One side of a comparison."""

    revision: int
    at: datetime | None = Field(description="When it was read first.")


class LineCompared(LineChanged):
    """A title, heading or paragraph, be it changed or not."""

    sign: str = Field(description="As with revisions; `=`: it stayed.")


class DiffAnswer(BaseModel):
    """How two revisions of a report differ."""

    old: RevisionNamed
    new: RevisionNamed
    fields: dict[str, FieldChanged] = Field(description="What they say differently.")
    lines: list[LineCompared] = Field(description="The whole text.")
    revisions: list[int] = Field(description="Every revision that can be compared.")


class DigestFound(BaseModel):
    """A digest that a WARC record names, and what its bytes have."""

    model_config = ConfigDict(from_attributes=True)

    named: str | None
    computed: str
    agrees: bool


class CaptureVerified(BaseModel):
    """A capture whose record was read again."""

    id: str
    url: str
    captured_at: datetime
    status: int
    capture_url: str = Field(description="Where its bytes are shown as they came.")
    warc_file: str
    warc_offset: int


class RecordVerified(BaseModel):
    """A record, read again."""

    capture: CaptureVerified
    is_intact: bool
    faults: list[str] = Field(description="What is wrong with it.")
    payload_digest: str | None = Field(description="SHA-256 of what was read.")
    warc_payload_digest: DigestFound | None
    warc_block_digest: DigestFound | None


class ArticleVerified(BaseModel):
    """A report that rests on the records."""

    id: str
    title: str
    page_url: str = Field(description="Its page in the archive.")
    revision: int = Field(description="The one cited, or that as which the bytes were read.")
    held_revision: int = Field(description="What the report says now.")
    is_current: bool = Field(description="Whether both say the same.")
    diff_url: str | None = Field(description="How they differ.")


class VerifyAnswer(BaseModel):
    """The records with a payload digest, read again, and the reports that rest on them."""

    digest: str
    is_intact: bool
    is_complete: bool = Field(description="Whether all records with the digest were read.")
    records: list[RecordVerified]
    articles: list[ArticleVerified]
