"""Other readers, which need no profile. ``make peers`` brings them."""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from bs4 import BeautifulSoup

from benchmarks.scores import Found
from crawler.pages.lines import lines_of

Reader = Callable[[str], Found]
"""From a page's text to what it finds; raises whatever it raises."""


def peers() -> tuple[dict[str, Reader], list[str]]:
    """The readers that are installed, by name, and the names of those that are not."""
    logging.getLogger().setLevel(logging.CRITICAL)
    readers: dict[str, Reader] = {}
    missing = []
    for name, (module_name, make) in _PEERS.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                module = importlib.import_module(module_name)
        except ImportError:
            missing.append(name)
        else:
            readers[name] = make(module)
    return readers, missing


def found_by(reader: Reader, text: str) -> Found:
    """What a reader finds; nothing where it raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return reader(text)
    except Exception:
        return Found()


def _trafilatura_reader(trafilatura: Any) -> Reader:
    def read(text: str) -> Found:
        found = trafilatura.bare_extraction(text, with_metadata=True)
        if found is None:
            return Found()
        return Found(
            title=found.title, day=found.date, source=found.sitename, body=found.text or ""
        )

    return read


def _newspaper_reader(newspaper: Any) -> Reader:
    def read(text: str) -> Found:
        found = newspaper.article(
            "http://saved.invalid/", language="zh", input_html=text, fetch_images=False
        )
        day = found.publish_date.date().isoformat() if found.publish_date else None
        return Found(title=found.title, day=day, body=found.text)

    return read


def _gne_reader(gne: Any) -> Reader:
    def read(text: str) -> Found:
        found: Mapping[str, Any] = gne.GeneralNewsExtractor().extract(text)
        return Found(title=found["title"], day=found["publish_time"], body=found["content"])

    return read


def _readability_reader(readability: Any) -> Reader:
    def read(text: str) -> Found:
        found = readability.Document(text)
        lines = lines_of(BeautifulSoup(found.summary(), "lxml"))
        return Found(title=found.short_title(), body="\n".join(line.text for line in lines))

    return read


_PEERS: dict[str, tuple[str, Callable[[ModuleType], Reader]]] = {
    "trafilatura": ("trafilatura", _trafilatura_reader),
    "newspaper4k": ("newspaper", _newspaper_reader),
    "gne": ("gne", _gne_reader),
    "readability-lxml": ("readability", _readability_reader),
}
