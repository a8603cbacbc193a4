"""Regular expressions as profiles write them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from archive.words import N_
from crawler.profile_errors import fault


def compiles(words: str) -> str:
    """The expression itself; a fault of the profile if it is none."""
    try:
        re.compile(words)
    except (re.error, RecursionError, OverflowError) as error:
        raise fault(
            N_("“%(words)s” is no regular expression (%(why)s); correct it."),
            words=words,
            why=str(error),
        ) from error
    return words


Pattern = Annotated[str, AfterValidator(compiles)]
