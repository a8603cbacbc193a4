"""Words that people see, in their language.

Message ids are English; catalogues lie in ``archive/translations``. A module that only *names*
a message marks it with ``N_``; the three edges (command, HTTP handler, crawl report) translate it.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Mapping
from pathlib import Path

TRANSLATIONS = Path(__file__).parent / "translations"
DOMAIN = "messages"
CHINESE = "zh_CN"


def N_(message: str) -> str:
    """Mark a message id for extraction; translates nothing."""
    return message


def _(message: str) -> str:
    """Translate for the command line, in the language that ``speak`` chose."""
    return _gettext.dgettext(DOMAIN, message)


def language_of(environment: Mapping[str, str]) -> str:
    """Which of our languages a POSIX environment asks for: ``"zh_CN"`` or ``"en"``."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(variable):
            return CHINESE if value.lower().startswith("zh") else "en"
    return "en"


def speak(language: str) -> None:
    """Choose the command's language. Click takes its own words from the same domain."""
    os.environ["LANGUAGE"] = language
    _gettext.bindtextdomain(DOMAIN, str(TRANSLATIONS))
    _gettext.textdomain(DOMAIN)
