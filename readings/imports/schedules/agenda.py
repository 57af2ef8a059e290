"""From the parts of a cell to the items of a meeting's agenda, and the links that go with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from readings.core.days_off import without_holiday_mark
from readings.imports.tables import Anchor, Part, Words, is_filled, part_anchors, part_text
from readings.imports.understood import Identifiers, Item, Link, Status
from readings.imports.wording.kinds import (
    Meaning,
    after_cancelled,
    before_cancelled,
    meaning_of,
    says_only_holiday,
)
from readings.imports.wording.links import (
    COMPANIONS,
    identifiers_of,
    is_only_role,
    role_of,
)
from readings.papers.identifiers import IdentifierKind, parse_identifier

LABEL_LENGTH = 60

# Between two links these separate; "&", "and" and the like only where nothing else stands there.
_SEPARATORS = re.compile(r"[,;+•·\n]")
_ONLY_JOINS = re.compile(r"[\W_]*(?:and|or|vs|with|plus)?[\W_]*", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"\W*(?:(?:required|optional|discussion|main|the)\s+)?"
    r"(?:papers?|readings?|read|articles?|required|optional|discussion)\s*(?:\d+\s*)?:?\W*",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(r"\b(?:optional|recommended|suggested|further)\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ALL_BRACKETED = re.compile(r"\s*\[[^\[\]]+\](?:\s*[,;+]\s*\[[^\[\]]+\])+\s*")
_OPENING, _CLOSING = "([{", ")]}"
_EDGES = " \t\n,;:+&|/\\-–—•·"


@dataclass(frozen=True)
class Context:
    """What is known where a part stands: its line, its description, whether papers are expected."""

    line: int
    described: Meaning
    expects_papers: bool
    is_cancelled: bool = False  # the class, by the words before


@dataclass
class Agenda:
    """Items in order; ``unsure`` are those whose kind their own words do not tell."""

    items: list[Item] = field(default_factory=list)
    unsure: list[Item] = field(default_factory=list)
    statuses: set[Status] = field(default_factory=set)  # that words among them announced
    is_cancelled: bool = False  # it was said of the class, and not of one thing in it

    def extend(self, other: Agenda) -> None:
        """Add what ``other`` holds."""
        self.items += other.items
        self.unsure += other.unsure
        self.statuses |= other.statuses
        self.is_cancelled |= other.is_cancelled

    @property
    def status(self) -> Status:
        """What becomes of the meeting: words about a holiday count only without readings."""
        if self.is_cancelled:
            return "cancelled"
        if any(item.identity for item in self.items) or not self.statuses:
            return "class"
        return "cancelled" if "cancelled" in self.statuses else "holiday"


def read_part(part: Part, context: Context) -> Agenda:
    """The items that one part of a cell announces, in order; nothing in it is left out.

    "Class cancelled" and "Holiday" are no items: the status says it.
    """
    rest = _after_cancelled(part)
    if rest is not None:
        agenda = _read_part(rest, replace(context, is_cancelled=True)) if rest else Agenda()
        agenda.is_cancelled = True
        return agenda
    return _read_part(part, context)


def read_words(text: str, context: Context) -> Agenda:
    """An agenda of these words alone."""
    return read_part((Words(text),), context)


def _read_part(part: Part, context: Context) -> Agenda:
    agenda = Agenda()
    anchors = part_anchors(part)
    if any(_is_reading(anchor, context) for anchor in anchors):
        _PartReader(agenda, context).read(part)
        _cancel_by_all(agenda, context)
        return agenda
    names = [piece.text if isinstance(piece, Words) else _own_words(piece.label) for piece in part]
    text = "".join(names) or part_text(part)
    if anchors:
        _add_words(agenda, text, context, [_link(anchor) for anchor in anchors])
    elif _ALL_BRACKETED.fullmatch(text):
        for words in _IN_BRACKETS.findall(text):
            _add_words(agenda, words, context)
    else:
        _add_only_words(agenda, text, context)
    return agenda


def _after_cancelled(part: Part) -> Part | None:
    """What a part says once its first words have cancelled the class; else None."""
    first = part[0] if part else None
    if not isinstance(first, Words):
        return None
    words = after_cancelled(first.text)
    if words is None:
        return None
    rest = (replace(first, text=words), *part[1:])
    return rest if is_filled(rest) else ()


def _cancel_by_all(agenda: Agenda, context: Context) -> None:
    """A class of which every reading is "(cancelled)" is cancelled itself."""
    readings = [item for item in agenda.items if item.identity]
    if context.is_cancelled or any(after_cancelled(one.text or "-") != "" for one in readings):
        return
    agenda.is_cancelled = True
    for item in readings:
        item.text = None


def _add_only_words(agenda: Agenda, text: str, context: Context) -> None:
    """Words without any link, unless they only say that there is no class."""
    kept = None if context.is_cancelled else before_cancelled(text)
    if kept is not None and bare_words(kept):
        agenda.is_cancelled = True
        _add_words(agenda, kept, replace(context, is_cancelled=True))
    elif says_only_holiday(text) and not context.is_cancelled:
        agenda.statuses.add("holiday")
    else:
        _add_words(agenda, text, context)


class _PartReader:
    """Goes through a part with readings in it: links, and the words between them."""

    def __init__(self, agenda: Agenda, context: Context) -> None:
        self.agenda, self.context = agenda, context
        self.last: Item | None = None  # the item of the link before

    def read(self, part: Part) -> None:
        between = ""
        for piece in part:
            if isinstance(piece, Words):
                between += piece.text
            elif is_only_role(piece.label):
                self.read_nameless(piece, between)
                between = ""
            else:
                before = self.read_between(between)
                self.last = self.add(piece, _own_words(piece.label), before)
                between = ""
        rest = self.read_between(between)
        if bare_words(rest):
            _add_words(self.agenda, rest, self.context)

    def read_between(self, text: str) -> str:
        """Give words to the item before and make items of words; what is left leads to the next."""
        first, *others = _fragments(text)
        if self.last is None or first.rstrip().endswith(":"):
            others = [first, *others]
        else:
            _say_beside(self.last, first)
        if not others:
            return ""
        for words in others[:-1]:
            if bare_words(words):
                _add_words(self.agenda, words, self.context)
        return others[-1]

    def read_nameless(self, anchor: Anchor, between: str) -> None:
        """A link that only says its role, "[pdf]", or nothing: it is named by the words before."""
        free = bare_words(_IN_BRACKETS.sub(" ", between))
        if self.last is not None and not free and _belongs_to(anchor, self.last):
            _say_beside(self.last, between)
            self.last.links.append(_link(anchor))
            self.last.identifiers = _known(anchor) | self.last.identifiers
        else:
            self.last = self.add(anchor, bare_words(between), "")

    def add(self, anchor: Anchor, name: str, before: str) -> Item:
        """An item for a link of that name; ``before`` are the words that lead to it."""
        context = self.context
        if bare_words(before) and not _LEAD_IN.fullmatch(before):
            _add_words(self.agenda, before, context)
        if not _is_reading(anchor, context):
            return _add_words(self.agenda, name or anchor.url, context, [_link(anchor)])
        described = context.described
        item = Item(
            kind=described.kind or "papers",
            stage=described.stage if described.kind == "presentations" else None,
            line=context.line,
            identifiers=_known(anchor) or _address(anchor),
            links=[_link(anchor)],
            required=not _OPTIONAL.search(before),
        )
        if len(name) > LABEL_LENGTH:
            item.title = name
        else:
            item.label = name or None
        self.agenda.items.append(item)
        return item


def _belongs_to(anchor: Anchor, item: Item) -> bool:
    """Whether a nameless link is about the item before it rather than another paper."""
    known = _known(anchor)
    if not item.identifiers or not known:
        return bool(item.identifiers)
    if any(item.identifiers.get(kind) == value for kind, value in known.items()):
        return True
    # "[Title](https://doi.org/...) [arXiv](...)": two names of one paper.
    return bool(anchor.label) and not set(known) & set(item.identifiers)


def _known(anchor: Anchor) -> Identifiers:
    """The arXiv id or DOI that a link leads to."""
    identifier = parse_identifier(anchor.url)
    if identifier is None or identifier.kind is IdentifierKind.URL:
        return {}
    return identifiers_of(identifier)


def _address(anchor: Anchor) -> Identifiers:
    identifier = parse_identifier(anchor.url)
    return identifiers_of(identifier) if identifier else {}


def _is_reading(anchor: Anchor, context: Context) -> bool:
    """Whether a link is a work to read: known by its identifier, or where works are expected."""
    identifier = parse_identifier(anchor.url)
    if identifier is None:
        return False
    role = role_of(anchor.label, anchor.url)
    if identifier.kind is not IdentifierKind.URL:
        return role not in COMPANIONS
    return role in {"paper", "pdf"} or (context.expects_papers and role not in COMPANIONS)


def _fragments(text: str) -> list[str]:
    """``text`` at its separators; a comma inside brackets separates nothing."""
    fragments, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 and _SEPARATORS.match(character):
            fragments.append(text[start:position])
            start = position + 1
    return [*fragments, text[start:]]


def _add_words(agenda: Agenda, text: str, context: Context, links: Sequence[Link] = ()) -> Item:
    own, described = meaning_of(text.strip()), context.described
    if own.status != "class":
        agenda.statuses.add(own.status)
        text = without_holiday_mark(text)
        kind: str | None = "other"
    elif context.is_cancelled and described.kind == "papers":
        kind = own.kind  # "snow day" is why nothing is read
    else:
        kind = own.kind or described.kind
    stage = own.stage
    if kind in {"presentations", "project"}:
        stage = stage or described.stage
    item = Item(
        kind=kind or "other",
        stage=stage if kind in {"presentations", "project"} else None,
        text=bare_words(text) or text.strip(),
        links=list(links),
        line=context.line,
    )
    if own.status == "class" and own.kind is None and described.kind in {None, "papers"}:
        agenda.unsure.append(item)
    agenda.items.append(item)
    return item


def _say_beside(item: Item, words: str) -> None:
    """Words that stand beside a reading: "(chapters 1-3)", "(optional)"."""
    if _OPTIONAL.search(words):
        item.required = False
    said = bare_words(words)
    if said:
        item.text = f"{item.text}; {said}" if item.text else said


def _link(anchor: Anchor) -> Link:
    return Link(anchor.url, role_of(anchor.label, anchor.url), anchor.label or None)


def _own_words(label: str) -> str:
    """The words of a link, unless they only say its role."""
    return "" if is_only_role(label) else label


def bare_words(text: str) -> str:
    """``text`` without separators and brackets around it, empty where nothing is left to read."""
    words = text.lstrip(_EDGES + _CLOSING).rstrip(_EDGES + _OPENING)
    if words.endswith((").", "].")):
        words = words[:-1]
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        inside = words[1:-1]
        if words[:1] == opening and words[-1:] == closing and opening not in inside:
            words = inside.strip(_EDGES)
        elif words.count(opening) != words.count(closing):
            words = words.strip(opening + closing).strip(_EDGES)
    return "" if _ONLY_JOINS.fullmatch(words) and "?" not in words else words
