"""The key under which web archives look an address up: its SURT.

``http://www.A.example/b?y=2&x=1`` has the key ``example,a)/b?x=1&y=2``: hosts turned around, so
that those of one domain lie together, and without what seldom tells two pages apart: scheme,
``www.``, user name, default port, fragment, capital letters, session ids, the order of the
parameters. CDX servers and replay programs make the same key, and ask with it.
"""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes

_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"(?:urn|dns|mailto|data|about|javascript|whois|screenshot):", re.IGNORECASE)
"""How that begins which names no place on a host; it is its own key."""
_LINE_ENDS = re.compile(r"[\r\n\t]")
_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SESSION_PATHS = (r"\((?:[a-z]\([0-9a-z]{24}\))+\)/", r"\([0-9a-z]{24}\)/")
_SESSIONS = (
    r"jsessionid=[0-9a-z]{32}",
    r"phpsessid=[0-9a-z]{32}",
    r"sid=[0-9a-z]{32}",
    r"aspsessionid[a-z]{8}=[a-z]{24}",
    r"cfid=[^&]+&cftoken=[^&]+",
)


def address_key(url: str) -> str:
    """The SURT of an address; without a scheme it is taken for one of http."""
    url = _LINE_ENDS.sub("", url.strip())
    if _NAME.match(url):
        return url
    found = _ADDRESS.match(url)
    scheme, rest = (found["scheme"].lower(), found["rest"]) if found else ("http", url)
    rest = rest.partition("#")[0]
    before, _, query = rest.partition("?")
    authority, _, path = before.partition("/")
    key = f"{_host_key(authority, scheme)}){_path_key(path)}"
    query = _query_key(query)
    return f"{key}?{query}" if query else key


def _host_key(authority: str, scheme: str) -> str:
    host, port = authority.rpartition("@")[2], ""
    if not host.endswith("]"):
        host, _, port = host.rpartition(":") if ":" in host else (host, "", "")
    host = _unescaped(host).decode("utf-8", "ignore").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = _escaped(host.encode())
    host = _WWW.sub("", host.strip("[]").replace("..", ".").strip("."))
    reversed_host = ",".join(reversed(host.split(".")))
    return reversed_host if port in ("", _DEFAULT_PORTS.get(scheme)) else f"{reversed_host}:{port}"


def _path_key(path: str) -> str:
    kept: list[bytes] = []
    for step in _unescaped(path).split(b"/"):
        if step == b".." and kept:
            kept.pop()
        elif step != b".":
            kept.append(step)
    key = "/" + _escaped(b"/".join([*filter(None, kept[:-1]), *kept[-1:]])).lower()
    for session in _SESSION_PATHS:
        key = re.sub(rf"^(.*/){session}([^?]+\.aspx.*)$", r"\1\2", key)
    return key.rstrip("/") or "/"


def _query_key(query: str) -> str:
    query = _escaped(_unescaped(query))
    for session in _SESSIONS:
        query = re.sub(rf"^(.*)(?:{session})(?:&(.*))?$", r"\1\2", query, flags=re.IGNORECASE)
    return "&".join(sorted(query.lower().split("&"), key=lambda each: each.split("=", 1)))


def _unescaped(text: str) -> bytes:
    """Percent-escapes undone until none is left."""
    before, after = b"", text.encode("utf-8", "surrogateescape")
    while before != after:
        before, after = after, unquote_to_bytes(after)
    return after


def _escaped(text: bytes) -> str:
    return quote_from_bytes(text, safe=_SAFE)
