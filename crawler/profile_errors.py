"""What is wrong with a profile, in words that an archivist can act on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from pydantic_core import PydanticCustomError

from archive.errors import ExitCode, JianbaoError
from archive.words import N_

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


@dataclass(eq=False)
class ProfileInvalid(JianbaoError):
    """A profile that cannot be used, and what cures it."""

    code = "profile-invalid"
    exit_code = ExitCode.USAGE
    message = N_("%(file)s: %(key)s: %(reason)s See docs/profile.md for what may stand there.")
    file: str
    key: str
    reason: str
    """A message in itself, with ``facts``."""
    facts: Mapping[str, object] = field(default_factory=dict)

    def words(self, translate: Callable[[str], str] = str) -> str:
        reason = translate(self.reason) % self.facts
        return translate(self.message) % {"file": self.file, "key": self.key, "reason": reason}


def fault(message: str, **facts: object) -> PydanticCustomError:
    """What is wrong with a value, for a validator to raise: a message with facts."""
    return PydanticCustomError("profile", "{reason}", {"reason": message, "facts": facts})


def reason_of(
    error: ErrorDetails, known: Sequence[str], of_site: Collection[str]
) -> tuple[str, Mapping[str, object]]:
    """What is wrong and what cures it, in our words instead of pydantic's.

    ``known``: the keys that may stand where the fault lies; ``of_site``: those of the whole file.
    """
    facts = dict(error.get("ctx", {}))
    if error["type"] == "profile":
        return str(facts["reason"]), cast(Mapping[str, object], facts["facts"])
    if error["type"] == "extra_forbidden":
        return _unknown_key(str(error["loc"][-1]), known, of_site)
    reason = next((words for types, words in _REASONS.items() if error["type"] in types), _OTHER)
    found = {"why": error["msg"], "found": repr(error["input"]), "known": ", ".join(known)}
    return reason, {**facts, **found}


def _unknown_key(
    key: str, known: Sequence[str], of_site: Collection[str]
) -> tuple[str, Mapping[str, object]]:
    if key in of_site:
        reason = N_(
            "this key is one of the whole site; move it above the first line in square brackets."
        )
        return reason, {}
    if near := get_close_matches(key, known, n=1):
        return N_("there is no such key; did you mean “%(near)s”?"), {"near": near[0]}
    reason = N_("there is no such key; remove it. Known keys: %(known)s.")
    return reason, {"known": ", ".join(known)}


_REASONS = {
    ("missing",): N_("this key is missing; add it."),
    ("string_type",): N_("%(found)s is no text; put it between quotation marks."),
    ("string_too_short",): N_("this text is empty; fill it in."),
    ("too_short",): N_("this list is empty; put at least one entry in it."),
    ("tuple_type", "list_type"): N_('%(found)s is no list; write ["…", "…"].'),
    ("model_type", "model_attributes_type"): N_(
        "%(found)s is no table; put its keys under a heading in square brackets."
    ),
    ("int_parsing", "int_type", "int_from_float", "float_parsing", "float_type"): N_(
        "%(found)s is no number of the kind that belongs here; write one without quotation marks."
    ),
    ("greater_than_equal",): N_("%(found)s is too small; write at least %(ge)s."),
    ("greater_than",): N_("%(found)s is too small; write more than %(gt)s."),
    ("less_than_equal",): N_("%(found)s is too large; write at most %(le)s."),
    ("string_pattern_mismatch",): N_("%(found)s does not have the form that belongs here."),
    ("union_tag_not_found",): N_("a pager lacks its “kind”; add one of %(known)s."),
    ("union_tag_invalid",): N_("there is no pager of the kind “%(tag)s”; write one of %(known)s."),
    ("literal_error",): N_("%(found)s may not stand here; write %(expected)s."),
}
_OTHER = N_("this value cannot be used (%(why)s); correct it.")
