"""A generator of queries that nobody means well with."""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

from archive.errors import QueryError
from search.index import Facet, SearchQuery, Sort
from search.opening import open_index
from search.query.grammar import MAX_LENGTH
from search.query.synonyms import shipped
from search.query.tokens import FIELDS
from tests.search_support import STORE_ID

FREQUENT = "的一在国人中了有和是年会大上为习不日发个，。、新对"
WORDS = (
    "工会 职工 中国 记者 今天 国家 发展 习近平 总书记 新闻 联播 我们 经济 建设 工作 北京 "
    "劳模 的 是 a pm2.5 f-35 12351 2020 10 3"
).split()
SIGNS = [
    *"\"“”'()（）*-~|:：＊－～｜＂　 \t\n。，、？+&^\\[]{}<>%$#@!/.=`",
    " OR ", " 或 ", " AND ", " NOT ", " 非 ", "同节 ", "within:section ", "..", "~5", "~999999999",
    "title:", "标题：", "date:", "日期:2019..", "site:", "author:", "--", "(-(", "||", "\"\"",
]  # fmt: skip
ODD = (
    "\0", "\x1b", "\x7f", "\u0085", "\u200b", "\u200d", "\u200e", "\u202e", "\u2066", "\ufeff",
    "\ufffd", "\uffff", "\ud800", "\udfff", "\U0010ffff", "\U000e0001", "𠮷", "𝔘", "ﷺ", "ﬃ", "İ",
    "ß", "é", "e\u0301", "\u0301" * 9, "한", "ᄒ", "が", "カﾞ", "ａＢｃ", "①", "㈱", "½", "🀄",
    "👨‍👩‍👧",     "עברית", "العربية", "क्षि", "々", "〇", "﨑", "⺀", "㍿",
)  # fmt: skip

Kind = Callable[[Random], str]


def hostile_query(random: Random, kinds: tuple[Kind, ...] | None = None) -> str:
    """One hostile query, mostly of one kind, now and then of two in a row."""
    chosen = kinds or KINDS
    text = random.choice(chosen)(random)
    if random.random() < 0.15:
        text += random.choice((" ", "", " OR ", " -")) + random.choice(chosen)(random)
    return text[: MAX_LENGTH + random.randint(0, 1)]


def hostile_search(random: Random) -> SearchQuery:
    """The same with everything else that can be asked for."""
    first = random.choice((None, None, date.min, date(2020, 2, 29), date.max))
    last = random.choice((None, None, date.min, date(2020, 2, 29), date.max))
    return SearchQuery(
        text=hostile_query(random),
        published_from=first,
        published_until=last,
        sites=_values(random),
        containers=_values(random),
        authors=_values(random),
        channels=_values(random),
        sort=random.choice(list(Sort)),
        limit=random.choice((1, 20, 100, 1000)),
        offset=random.choice((0, 0, 0, 7, 10**6, 10**12)),
        facets=tuple(random.sample(list(Facet), random.choice((0, 0, 2, 6)))),
        collapse=random.random() < 0.2,
        synonyms=random.random() < 0.8,
    )


def _values(random: Random) -> tuple[str, ...]:
    if random.random() < 0.85:
        return ()
    return tuple(random.choice((*ODD, *WORDS, "")) for _ in range(random.randint(1, 4)))


def _word(random: Random) -> str:
    return random.choice(WORDS)


def _signs(random: Random) -> str:
    """Signs and words in no order."""
    parts = (random.choice((random.choice(SIGNS), _word(random))) for _ in range(300))
    return "".join(parts)[: random.choice((10, 60, MAX_LENGTH))]


def _one_sign(random: Random) -> str:
    """One sign again and again."""
    sign: str = random.choice((*SIGNS, *ODD))
    return sign * MAX_LENGTH


def _nested(random: Random) -> str:
    """Parentheses, negations and fields inside each other, near the depth allowed and beyond."""
    opening = random.choice(("(", "-(", "NOT ", "非 (", "title:(", "（a 或 ", "(同节 ", "((a "))
    depth = random.choice((5, 19, 20, 21, 300))
    return opening * depth + _word(random) + ")" * random.choice((depth, 0, depth * 2))


def _frequent(random: Random) -> str:
    """A thousand frequent characters, in a row, apart, or quoted."""
    joint = random.choice(("", " ", " OR ", "|"))
    text = joint.join(random.choice(FREQUENT) for _ in range(MAX_LENGTH))[: MAX_LENGTH - 10]
    return random.choice((text, f'"{text}"', f"title:{text}", f'"{text}"~5', f"同节 {text}"))


def _repeated(random: Random) -> str:
    """One frequent character or word a thousand times."""
    word = random.choice((random.choice(FREQUENT), _word(random)))
    text = (word + random.choice(("", " ", " OR "))) * MAX_LENGTH
    return random.choice((text, f'"{text[: MAX_LENGTH - 10]}"'))


def _prefixes(random: Random) -> str:
    """Words that begin so, as short as can be."""
    starts = (random.choice((*FREQUENT, *"aeimpst0123456789", *WORDS)) for _ in range(120))
    field = random.choice(("", "", "title:", "author:", "site:"))
    return random.choice((" ", " OR ")).join(f"{field}{start}*" for start in starts)


def _near(random: Random) -> str:
    """Frequent characters near each other, at all distances."""
    parts = " ".join(random.choice((*FREQUENT, *WORDS)) for _ in range(random.choice((2, 5, 60))))
    distance: int = random.choice((0, 1, 10, 1000, 999_999_999, 10**12))
    one = f'"{parts}"~{distance} '
    return one * random.choice((1, 1, 1, 10))


def _alternatives(random: Random) -> str:
    """As many parts as are allowed, negated or not."""
    joint = random.choice((" OR ", " ", " -", "|", " 同节 "))
    return joint.join(f'"{_word(random)}"' if random.random() < 0.3 else _word(random)
                      for _ in range(random.choice((20, 99, 100, 101))))  # fmt: skip


def _negations(random: Random) -> str:
    """Nothing but what is excluded."""
    return " ".join(f"-{random.choice((*FREQUENT, *WORDS))}" for _ in range(90))


def _long_latin(random: Random) -> str:
    """A word without end, and what regular expressions choke on."""
    bombs = ("a" * 990, "a-" * 495, "a." * 495, "(a+)+$" * 160, "[[a-z]*]*" * 110, ".*" * 495,
             "a'" * 400 + "!", "_" * 990, "0" * 990, "1.5e" * 240, "\\" * 990, "%s%n" * 240,
             "${jndi:x}" * 100, "' OR 1=1 --", "<script>" * 100, "../" * 300)  # fmt: skip
    return random.choice(bombs) + random.choice(("", "*", '"', "~5", "😀"))


def _odd(random: Random) -> str:
    """Characters that few programs expect, among words and signs."""
    pool = (*ODD, *ODD, *WORDS, *SIGNS, *FREQUENT)
    return "".join(random.choice(pool) for _ in range(random.choice((3, 20, 200))))


def _any_character(random: Random) -> str:
    """Anything that Unicode has, and what it has not."""
    return "".join(chr(random.randrange(0x110000)) for _ in range(random.choice((1, 5, 1000))))


def _fields(random: Random) -> str:
    """Every field with everything, days that are none among it."""
    values = (*WORDS, *FREQUENT, *ODD, "..", "2019", "0000", "9999-12-31..0001", "2019-02-30", "*")
    return " ".join(
        f"{random.choice(list(FIELDS))}:{random.choice(values)}"
        for _ in range(random.choice((1, 1, 3, 60)))
    )


def _synonyms(random: Random) -> str:
    """Words with many synonyms, one after another."""
    known = shipped().words()
    return random.choice((" ", "", " OR ")).join(random.choice(known) for _ in range(60))


KINDS: tuple[Kind, ...] = (
    _signs, _one_sign, _nested, _frequent, _repeated, _prefixes, _near, _alternatives, _negations,
    _long_latin, _odd, _any_character, _fields, _synonyms,
)  # fmt: skip


def peak() -> int:
    """The most memory that this process has held, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # ``getrusage`` begins with the peak of the process that started this one
        [kilobytes] = re.findall(r"^VmHWM:\s*(\d+) kB", status.read_text(), re.M)
        return int(kilobytes) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(folder: Path, seed: int, count: int) -> dict[str, object]:
    """Ask an index so many hostile queries; what was measured."""
    random = Random(seed)
    refused, slowest, slowest_query = 0, 0.0, SearchQuery()
    with closing(open_index(f"whoosh:{folder}", STORE_ID)) as index:
        index.search(SearchQuery(text="工会", facets=tuple(Facet)))
        before = peak()
        for number in range(count):
            query = hostile_search(random)
            began = time.perf_counter()
            try:
                page = index.search(query)
                assert page.total >= len(page.hits)
            except QueryError:
                refused += 1
            except BaseException as error:
                error.add_note(f"query {number}: {query!a}")
                raise
            if (spent := time.perf_counter() - began) > slowest:
                slowest, slowest_query = spent, query
        growth = peak() - before
    return {
        "asked": count,
        "refused": refused,
        "growth": growth,
        "slowest_ms": round(1000 * slowest, 1),
        "slowest": ascii(slowest_query)[:400],
    }


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
