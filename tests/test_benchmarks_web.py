"""The benchmark of pages asks real servers, and notices what is wrong with an answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from benchmarks.web import __main__ as benchmark
from benchmarks.web.asked import Asked
from benchmarks.web.load import measure
from benchmarks.web.rounds import TotalsDiffer, check
from benchmarks.web.servers import OURS, PLAIN, Served
from tests.bulletins import write_bulletins
from tests.scripted_site import html, scripted

PAGE = '<h1 class="count" id="count">Reports found: 1,234</h1>'


def test_the_command_prints_tables_and_writes_every_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    words = f"--corpus {write_bulletins(tmp_path / 'bulletins.jsonl')} --json {out}"
    benchmark.main(f"{words} --seconds 1.5 --rounds 1 --each 1 --datasette no".split())
    found = json.loads(out.read_text("utf-8"))
    ratios, pages = found["ratios"], found["pages"]
    assert set(ratios) == {"throughput_flask", "p95_flask", "cpu_flask", "html_kb_max", "parts_kb"}
    assert set(pages) == {OURS, PLAIN}
    assert all(each["rate"] > 0 and each["p95_ms"] > 0 for each in pages.values())
    assert found["queries"] in range(4, 9)
    assert found["reports"] == 120
    assert ratios["html_kb_max"] <= 60
    assert ratios["parts_kb"] <= 100
    printed = capsys.readouterr().out
    for part in ("Datasette was not run", "pages a second", "throughput_flask", "≥ 2"):
        assert part in printed


def test_another_total_ends_the_run() -> None:
    with scripted({"/page": html(PAGE)}) as site:
        served = [Served(PLAIN, (site.base,), ())]
        check(served, [Asked("", 1234, "", "/page")])
        with pytest.raises(TotalsDiffer, match="plain Flask: 1234"):
            check(served, [Asked("", 1235, "", "/page")])


def test_the_client_asks_in_turn_over_all_connections_and_accepts_nothing_but_200() -> None:
    pages = {f"/{number}": html(PAGE) for number in range(3)}
    with scripted(pages) as site:
        measured = asyncio.run(measure([site.base], list(pages), 4, 0.3))
        assert set(site.asked) == set(pages)
        assert len(measured["latencies"]) in range(len(site.asked) - 4, len(site.asked) + 1)
        assert measured["bytes_max"] == len(PAGE.encode())
        with pytest.raises(ValueError, match="404"):
            asyncio.run(measure([site.base], ["/nothing"], 1, 0.3))


def test_the_client_does_not_take_half_an_answer() -> None:
    async def broken(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf of it")
        writer.close()

    async def asked() -> None:
        async with await asyncio.start_server(broken, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            await measure([f"http://{host}:{port}"], ["/page"], 1, 0.3)

    with pytest.raises(ConnectionError, match="/page was not answered to its end"):
        asyncio.run(asked())
