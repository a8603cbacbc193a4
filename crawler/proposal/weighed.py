"""A page as a proposal sees it: what weighs as a report's text, and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from bs4.element import Tag

from crawler.proposal.body import PageText, Stretch, guess_body
from crawler.proposal.specimen import Specimen

_SENTENCE_END = re.compile("[。！？…]")
_INLINE = frozenset("a b em font i p span strong u".split())
_OWN = 0.2
"""Share of a page's prose that stands on no other page of the site, at the least."""
_WEAK = 250.0
"""Weight of a few short sentences: below it a guess from the page alone may well be wrong."""
_NEAR, _NEAREST_BOX = 0.9, 0.6
"""Share of the body's weight in boxes that may stand for it; for want of one, in a wider box."""
_RIGHT = 0.8
"""Share of the guessed body's weight that an element has if it can be the body."""
_LEAST_LEAD = 30.0
_MOST_BETWEEN = 60.0
"""What the lines between a lead and the body may weigh against their belonging together."""


class Weighed:
    """A page whose lines were weighed. Elements go by their numbers in the page's order."""

    def __init__(self, specimen: Specimen, text: PageText, shared: Collection[str]) -> None:
        self.specimen = specimen
        self.markup = specimen.markup
        self.text = text
        self.ignored = shared
        """Lines that stand on other pages of the site too, and so in no report."""
        self.weights = text.weights(shared)
        alone = text.weights()
        if max(self.weights) < _OWN * max(alone):  # the other page is this very report
            self.weights, self.ignored = alone, ()
        self.best = guess_body(text, self.ignored)
        """The element that is guessed to be the body."""
        self.weight = self.weights[self.best]

    @property
    def is_telling(self) -> bool:
        """Whether the page tells anything; a list page does not."""
        lines = self.text.within(self.best)
        ends = sum(len(_SENTENCE_END.findall(line.text)) for line in lines)
        is_titled = any(self.text.is_title(line.text) for line in self.text.stretches)
        return self.weight >= _WEAK or (self.weight > 0 and ends >= (1 if is_titled else 2))

    def boxes(self) -> list[Tag]:
        """The guessed body, and the elements around it that hold little else."""
        boxes: list[Tag] = []
        inline: list[Tag] = []
        place = self.best
        while place and self.weights[place] >= (_NEAR if boxes else _NEAREST_BOX) * self.weight:
            node = self.text.tags[place]
            (inline if node.name in _INLINE else boxes).append(node)
            place = self.text.parents[place]
        return boxes or inline

    def share(self, nodes: Sequence[Tag]) -> float:
        """How much of the guessed body's weight elements have."""
        places = (self.text.places.get(id(node), 0) for node in nodes)
        return sum(self.weights[place] for place in places if place) / self.weight

    def is_right(self, nodes: Sequence[Tag]) -> bool:
        """Whether elements can be this page's body."""
        if self.weight >= _WEAK:
            return self.share(nodes) >= _RIGHT
        places = (self.text.places.get(id(node), self.best + 1) for node in nodes)
        return any(self.text.holds(place, self.best) for place in places)

    def lines(self, node: Tag) -> list[Stretch]:
        """The lines in an element."""
        place = self.text.places.get(id(node))
        return [] if place is None else self.text.within(place)

    def tells(self, node: Tag) -> bool:
        """Whether an element holds a line of the report."""
        return any(
            line.text not in self.ignored and self.text.weight(line) > 0
            for line in self.lines(node)
        )

    def lead(self, body: Tag) -> Tag | None:
        """A box of prose between the title and the body, near to the body."""
        text = self.text
        start = text.places[id(body)]
        before = [line for line in text.stretches if line.place < start]
        titles = [line.place for line in before if text.is_title(line.text)]
        boxes = [
            place
            for place in range(titles[-1] + 1 if titles else start, start)
            if text.ends[place] <= start and self.weights[place] >= _LEAST_LEAD
        ]
        if not boxes:
            return None
        lead = max(boxes, key=lambda place: (self.weights[place], place))
        has_sentence = any(_SENTENCE_END.search(line.text) for line in text.within(lead))
        between = sum(text.weight(line) for line in before if line.place >= text.ends[lead])
        return text.tags[lead] if has_sentence and between >= -_MOST_BETWEEN else None


def weigh(specimens: Sequence[Specimen]) -> list[Weighed]:
    """Weigh pages of one site; lines that several of them share count against themselves."""
    texts = [PageText(each.markup.root) for each in specimens]
    counts = Counter(line for text in texts for line in {each.text for each in text.stretches})
    shared = {line for line, count in counts.items() if count > 1}
    return [Weighed(each, text, shared) for each, text in zip(specimens, texts, strict=True)]
