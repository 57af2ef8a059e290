"""From the parts of a cell to the items of a meeting's agenda, and the links that go with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from readings.imports.tables import Anchor, Part, Words, part_anchors, part_text
from readings.imports.understood import Item, Link, Session, Status
from readings.imports.wording.kinds import Meaning, meaning_of, without_holiday_mark
from readings.imports.wording.links import (
    COMPANIONS,
    identifiers_of,
    is_only_role,
    name_in,
    role_of,
    role_said,
    same_name,
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
_OPENING, _CLOSING = "([{", ")]}"
_EDGES = " \t\n,;:+&|/\\-–—•·"


@dataclass(frozen=True)
class Context:
    """What is known where a part stands: its line, its description, whether papers are expected."""

    line: int
    described: Meaning
    expects_papers: bool


@dataclass
class Agenda:
    """Items in order; ``unsure`` are those whose kind their own words do not tell."""

    items: list[Item] = field(default_factory=list)
    unsure: list[Item] = field(default_factory=list)
    statuses: set[Status] = field(default_factory=set)  # that words among them announced

    def extend(self, other: Agenda) -> None:
        """Add what ``other`` holds."""
        self.items += other.items
        self.unsure += other.unsure
        self.statuses |= other.statuses

    @property
    def status(self) -> Status:
        """What becomes of the meeting: words about a holiday count only without readings."""
        if any(item.identity for item in self.items) or not self.statuses:
            return "class"
        return "cancelled" if "cancelled" in self.statuses else "holiday"


def read_part(part: Part, context: Context) -> Agenda:
    """The items that one part of a cell announces, in order; nothing in it is left out."""
    agenda = Agenda()
    anchors = part_anchors(part)
    readings = [anchor for anchor in anchors if _is_reading(anchor, context)]
    if not readings:
        links = [_link(anchor) for anchor in anchors]
        names = [
            piece.text if isinstance(piece, Words) else _own_words(piece.label) for piece in part
        ]
        _add_words(agenda, "".join(names) or part_text(part), context, links)
        return agenda
    for group in _groups(part):
        _read_group(group, agenda, context)
    return agenda


def pair_links(
    part: Part, sessions: Sequence[Session], *, here: Session, otherwise: str
) -> list[Link]:
    """Put each link of ``part`` on the item it names: in ``here``, else in the row's others.

    A link that names nothing goes to the only item of ``here``.  Those that fit nowhere stay on
    ``here`` and are returned.
    """
    left: list[Link] = []
    order = [here, *(session for session in sessions if session is not here)]
    for anchor in part_anchors(part):
        role = role_said(anchor.label) or role_of("", anchor.url, otherwise=otherwise)
        if otherwise != "other":  # the column says what its links are
            role = role_said(anchor.label) or otherwise
        link = Link(anchor.url, role, anchor.label or None)
        name = same_name(name_in(anchor.label))
        item = next(
            (item for session in order for item in session.agenda if _is_called(item, name)), None
        )
        if item is None and not name and len(here.agenda) == 1:
            item = here.agenda[0]
        if item is None:
            here.links.append(link)
            left.append(link)
        else:
            item.links.append(link)
    return left


def read_words(text: str, context: Context) -> Agenda:
    """An agenda of these words alone."""
    agenda = Agenda()
    _add_words(agenda, text, context)
    return agenda


def _is_called(item: Item, name: str) -> bool:
    return bool(name) and name in {same_name(item.label or ""), same_name(item.name)}


def _is_reading(anchor: Anchor, context: Context) -> bool:
    """Whether a link is a work to read: known by its identifier, or where works are expected."""
    identifier = parse_identifier(anchor.url)
    if identifier is None:
        return False
    role = role_of(anchor.label, anchor.url)
    if identifier.kind is not IdentifierKind.URL:
        return role not in COMPANIONS
    return role in {"paper", "pdf"} or (context.expects_papers and role not in COMPANIONS)


def _groups(part: Part) -> Iterator[list[Words | Anchor]]:
    """The part split where commas and plus signs between links stand, outside brackets."""
    group: list[Words | Anchor] = []
    for piece in part:
        if isinstance(piece, Anchor):
            group.append(piece)
            continue
        fragments = _fragments(piece.text)
        for position, fragment in enumerate(fragments):
            if position:
                yield group
                group = []
            if not _ONLY_JOINS.fullmatch(fragment):
                group.append(Words(fragment))
    yield group


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


def _read_group(group: Sequence[Words | Anchor], agenda: Agenda, context: Context) -> None:
    """Links without a separator between them, and the words before and after each."""
    before = ""
    item: Item | None = None
    for piece in group:
        if isinstance(piece, Words):
            if item is not None and piece.text.lstrip()[:1] in _OPENING:
                _say_beside(item, piece.text)
            else:
                before = f"{before} {piece.text}".strip()
            continue
        if is_only_role(piece.label) and not _bare(before) and agenda.items:
            agenda.items[-1].links.append(_link(piece))
            continue
        item = _add_anchor(agenda, piece, before, context)
        before = ""
    if not _bare(before):
        return
    if item is None:
        _add_words(agenda, before, context)
    else:
        _say_beside(item, before)


def _add_anchor(agenda: Agenda, anchor: Anchor, before: str, context: Context) -> Item:
    name = _own_words(anchor.label)
    required = not _OPTIONAL.search(before)
    if not name:
        name = _bare(before)
    elif _bare(before) and not _LEAD_IN.fullmatch(before):
        _add_words(agenda, before, context)
    if not _is_reading(anchor, context):
        return _add_words(agenda, name or anchor.url, context, [_link(anchor)])
    identifier = parse_identifier(anchor.url)
    item = Item(
        kind=context.described.kind or "papers",
        stage=context.described.stage if context.described.kind == "presentations" else None,
        line=context.line,
        identifiers=identifiers_of(identifier) if identifier else {},
        links=[_link(anchor)],
        required=required,
    )
    if len(name) > LABEL_LENGTH:
        item.title = name
    else:
        item.label = name or None
    agenda.items.append(item)
    return item


def _add_words(agenda: Agenda, text: str, context: Context, links: Sequence[Link] = ()) -> Item:
    own, described = meaning_of(text.strip()), context.described
    if own.status != "class":
        agenda.statuses.add(own.status)
        text = without_holiday_mark(text)
        kind: str | None = "other"
    else:
        kind = own.kind or described.kind
    stage = own.stage
    if kind in {"presentations", "project"}:
        stage = stage or described.stage
    item = Item(
        kind=kind or "other",
        stage=stage if kind in {"presentations", "project"} else None,
        text=_bare(text) or text.strip(),
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
    said = _bare(words)
    if said:
        item.text = f"{item.text}; {said}" if item.text else said


def _link(anchor: Anchor) -> Link:
    return Link(anchor.url, role_of(anchor.label, anchor.url), anchor.label or None)


def _own_words(label: str) -> str:
    """The words of a link, unless they only say its role."""
    return "" if is_only_role(label) else label


def _bare(text: str) -> str:
    """``text`` without separators and brackets around it, empty where nothing is left to read."""
    bare = text.strip(_EDGES)
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        inside = bare[1:-1]
        if bare[:1] == opening and bare[-1:] == closing and opening not in inside:
            bare = inside.strip(_EDGES)
        elif bare.count(opening) != bare.count(closing):
            bare = bare.strip(opening + closing).strip(_EDGES)
    return bare if re.search(r"\w", bare) or "?" in bare else ""
