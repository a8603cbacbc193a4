"""Which language a reader is answered in, and where its words come from."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain
from markupsafe import Markup

from archive.words import CHINESE, DOMAIN, TRANSLATIONS

ENGLISH = "en"
_OFFERED = {"zh-CN": CHINESE, "zh": CHINESE, "en": ENGLISH}
LANGUAGES = tuple(dict.fromkeys(_OFFERED.values()))


class _Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """The catalogues under their POSIX names.

    Flask-Babel asks for the folder ``zh_Hans_CN``, as Babel calls the locale ``zh_CN``; the command
    line and translators know ``zh_CN``.
    """

    def get_translations(self) -> NullTranslations:
        return _catalogue(language())


def install(app: Flask) -> None:
    """Answer in Chinese, or in English where the reader's browser prefers it."""
    app.config["BABEL_DEFAULT_LOCALE"] = CHINESE
    Babel(app, locale_selector=_preferred)
    catalogues = _Catalogues([str(TRANSLATIONS)], DOMAIN)
    app.jinja_env.globals.update(_=_in_template, html_language=lambda: in_html(language()))

    @app.before_request
    def use_catalogues() -> None:
        catalogues.as_default()


def language() -> str:
    """``zh_CN`` or ``en``, whichever this request is answered in.

    Every word of a page asks, so it is kept for the request.
    """
    try:
        found: str = g.language
    except AttributeError:
        found = g.language = _preferred()
    return found


def in_html(name: str) -> str:
    """A language as pages name it."""
    return "zh-CN" if name == CHINESE else ENGLISH


def _in_template(message: str, **facts: Any) -> Markup:
    """A page says dozens of words; Jinja's and Flask-Babel's way to each is several times longer.

    As with theirs, what is told of the archive is escaped, and the message itself is not.
    """
    return _markup(language(), message) % facts if facts else words(language(), message)


@cache
def _markup(name: str, message: str) -> Markup:
    return Markup(_catalogue(name).gettext(message))  # noqa: S704


@cache
def words(name: str, message: str) -> Markup:
    """A message without facts in a language; ``%%`` is one sign all the same."""
    return _markup(name, message) % {}


def _preferred() -> str:
    best = request.accept_languages.best_match(_OFFERED, default="zh-CN")
    return _OFFERED[best]


@cache
def _catalogue(name: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [name], DOMAIN)
