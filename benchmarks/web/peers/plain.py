"""A plain Flask application over FTS5: ``gunicorn 'benchmarks.web.peers.plain:app(DATABASE)'``."""

from __future__ import annotations

import sqlite3
import threading

from flask import Flask, render_template, request

from benchmarks.web.peers import statements
from benchmarks.web.peers.shown import shown


class _Connections(threading.local):
    """One connection a thread, opened at its first use."""

    def __init__(self, database: str) -> None:
        self.connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA mmap_size = 8000000000")
        self.connection.execute("PRAGMA cache_size = -100000")


def app(database: str) -> Flask:
    """The application; its searches come as expressions of FTS5, already cut."""
    made = Flask("benchmarks.web.peers")
    connections: list[_Connections] = []

    def connection() -> sqlite3.Connection:
        if not connections:  # after the fork
            connections.append(_Connections(database))
        return connections[0].connection

    @made.get("/reports/<order>")
    def search(order: str) -> str:
        asked = request.args.to_dict()
        hits, counts = (
            connection().execute(kind(order), asked).fetchall()
            for kind in (statements.hits, statements.counts)
        )
        return render_template("page.html", page=shown(hits, counts, asked))

    return made
