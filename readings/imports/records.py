"""Schedules and lists whose parts are named, as in YAML, TOML and JSON: from a tree to meetings.

A record is a mapping.  One with a date, or in a list of sessions, is a meeting; one that describes
a work is a reading of its meeting, or an entry of a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from readings.core.dates import read_dates, writes_day_first
from readings.imports.addresses import Addresses
from readings.imports.fields import Fields, first_leaf, leaves, text_of
from readings.imports.lists.works import tidy
from readings.imports.parsers.trees import Leaf, Mapping, Node, Sequence
from readings.imports.schedules.agenda import LABEL_LENGTH, Context, read_part, read_words
from readings.imports.schedules.sessions import Dated, Schedule
from readings.imports.understood import Entry, Item, Session
from readings.imports.wording import keys
from readings.imports.wording.kinds import Meaning, meaning_of

_LONGEST_DATE, _LONGEST_TITLE = 200, 200
_WORKS = frozenset({"paper", "pdf", "thesis", "book"})


@dataclass(frozen=True)
class _Place:
    """Where in the tree a record stands: the names above it, and its week."""

    section: tuple[str, ...] = ()
    week: int | None = None
    in_sessions: bool = False  # in a list that is called "sessions" or the like


@dataclass
class Records:
    """Collects the meetings and the entries of one tree."""

    addresses: Addresses
    schedule: Schedule = field(default_factory=Schedule)
    entries: list[Entry] = field(default_factory=list)
    title: str | None = None
    day_first: bool = False

    def __post_init__(self) -> None:
        self.fields = Fields(self.addresses)

    def read(self, root: Node) -> None:
        """All records below ``root``."""
        dates = [leaf.text for record in _mappings(root) for leaf in leaves(record, keys.DATE)]
        self.day_first = writes_day_first(dates)
        if isinstance(root, Mapping) and not _is_meeting(root, _Place()) and not _is_work(root):
            self.title = text_of(root, keys.ROOT_TITLE)[:_LONGEST_TITLE] or None
            self._walk_into(root, _Place())
        else:
            self._walk(root, _Place())

    def _walk(self, node: Node, place: _Place) -> None:
        if isinstance(node, Sequence):
            for item in node.items:
                self._walk(item, place)
        elif isinstance(node, Mapping):
            holds_meetings = any(_is_list_of_meetings(below) for below in node.items.values())
            if not holds_meetings and _is_meeting(node, place):
                self._read_meeting(node, place)
            elif not holds_meetings and _is_work(node):
                self.entries.append(self.fields.work(node, place.section).entry())
            else:
                self._walk_below(node, place)

    def _walk_below(self, node: Mapping, place: _Place) -> None:
        """What is below a record that is none itself; its name is that of a section."""
        named = text_of(node, keys.NAME)
        if keys.SESSIONS.fullmatch(named):
            named = ""
        section = (*place.section, named[:_LONGEST_TITLE]) if named else place.section
        week = _number(node, keys.WEEK) or place.week
        self._walk_into(node, _Place(section, week, place.in_sessions))

    def _walk_into(self, node: Mapping, place: _Place) -> None:
        """The fields that hold records; their keys are sections where they say something."""
        for key, below in node.items.items():
            if isinstance(below, Leaf):
                continue
            is_sessions = keys.SESSIONS.fullmatch(key) is not None
            says_nothing = is_sessions or keys.PLAIN.fullmatch(key)
            name = tidy(key)[:_LONGEST_TITLE]
            inner = place.section if says_nothing else (*place.section, name)
            self._walk(below, _Place(inner, place.week, is_sessions or place.in_sessions))

    # --- Meetings ---------------------------------------------------------------------------

    def _read_meeting(self, record: Mapping, place: _Place) -> None:
        when, time = first_leaf(record, keys.DATE), first_leaf(record, keys.TIME)
        dates = read_dates(when.text if when else "", day_first=self.day_first)
        session = Session(
            week=0,
            date_text=tidy(when.text)[:_LONGEST_DATE] if when else "",
            line=record.line,
            time=dates.time or (read_dates(time.text).time if time else None),
            topic=place.section[-1] if place.section else None,
        )
        day = dates.days[0] if dates.days else None
        if day is None and when:
            said = f"“{session.date_text}” names no day; the meeting has no date."
            self.schedule.warn(when.line, said)
        if day and not day.exists:
            self.schedule.fail(record.line, f"{day} does not exist; the meeting has no date.")
            day = None
        self._fill(session, record)
        row = self.schedule.meetings[-1].row + 1 if self.schedule.meetings else 1
        week = _number(record, keys.WEEK) or place.week or dates.week
        if week is None and day is None:
            week = _number(record, keys.NUMBER)
        self.schedule.meetings.append(Dated(session, day, row, week))

    def _fill(self, session: Session, record: Mapping) -> None:
        """The agenda of a record: its work or its words, then the readings it lists."""
        meaning = meaning_of(text_of(record, keys.KIND))
        main = self._main_item(record, meaning)
        if main:
            session.agenda.append(main)
        for key, node in record.items.items():
            if keys.READINGS.fullmatch(key) and not (main and isinstance(node, Leaf)):
                session.agenda += self._readings(node, required=not keys.OPTIONAL.search(key))
        for word, pattern in keys.WORDS:
            for leaf in leaves(record, pattern):
                if leaf.text.strip():
                    text = f"{word}: {tidy(leaf.text)}"
                    session.agenda.append(Item(kind="other", line=leaf.line, text=text))
        if session.agenda:
            names = [*self.fields.people(record, keys.PRESENTER),
                     *self.fields.people(record, keys.SPEAKER)]  # fmt: skip
            session.agenda[0].presenters += names
        self._add_links(session, main, record)
        self._set_status(session, record, meaning)

    def _main_item(self, record: Mapping, meaning: Meaning) -> Item | None:
        """What the record itself names: a work, or the words of its title."""
        entry = self.fields.work(record).entry()
        is_known = "arxiv" in entry.identifiers or "doi" in entry.identifiers
        described = bool(entry.authors or entry.venue)
        if is_known or (
            entry.identity and (described or any(link.role in _WORKS for link in entry.links))
        ):
            return self._reading(entry, meaning.kind or "papers")
        title = first_leaf(record, keys.TITLE)
        if title is None:
            return None
        described_kind = Meaning(kind="papers") if described else meaning
        context = Context(record.line, described_kind, expects_papers=described)
        cell = self.fields.cell(title.text, title.line)
        agenda = (
            read_part(cell.parts[0], context)
            if len(cell.parts) == 1 and cell.anchors
            else read_words(tidy(title.text), context)
        )
        if not agenda.items:  # "Class cancelled" is no item
            return None
        item = agenda.items[0]
        item.authors, item.venue = entry.authors, entry.venue
        if item.kind == "other" and first_leaf(record, keys.SPEAKER):
            item.kind = "guest"
        return item

    def _readings(self, node: Node, *, required: bool) -> Iterator[Item]:
        """The readings that a list, a record or the words of a field name."""
        if isinstance(node, Sequence):
            for below in node.items:
                yield from self._readings(below, required=required)
        elif isinstance(node, Mapping) and _is_work(node):
            entry = self.fields.work(node).entry()
            item = self._reading(entry, "papers")
            item.text = entry.annotation or item.text
            item.presenters = self.fields.people(node, keys.PRESENTER)
            item.required = required and not _says(node, keys.OPTIONAL_MARK)
            yield item
        elif isinstance(node, Mapping):
            for key, below in node.items.items():
                optional = keys.OPTIONAL.search(key) is not None
                yield from self._readings(below, required=required and not optional)
        elif node.text.strip():
            context = Context(node.line, Meaning(kind="papers"), expects_papers=True)
            for part in self.fields.cell(node.text, node.line).parts:
                for item in read_part(part, context).items:
                    yield replace(item, required=item.required and required)

    def _reading(self, entry: Entry, kind: str) -> Item:
        item = Item(
            kind=kind,
            line=entry.line,
            identifiers=entry.identifiers,
            links=entry.links,
            authors=entry.authors,
            venue=entry.venue,
        )
        name = entry.title or ""
        if not entry.identity:
            item.text = name or None
        elif len(name) > LABEL_LENGTH:
            item.title = name
        else:
            item.label = name or None
        return item

    def _add_links(self, session: Session, main: Item | None, record: Mapping) -> None:
        known = {link.url for item in session.agenda for link in item.links}
        target = main.links if main else session.links
        target += [link for link in self.fields.links(record) if link.url not in known]

    def _set_status(self, session: Session, record: Mapping, meaning: Meaning) -> None:
        if meaning.status != "class" and not any(item.identity for item in session.agenda):
            session.status = meaning.status
        elif len(session.agenda) < 2 and not any(item.identity for item in session.agenda):
            session.status = meaning_of(text_of(record, keys.TITLE)).status
        if _says(record, keys.CANCELLED):
            session.status = "cancelled"


def _is_list_of_meetings(node: Node) -> bool:
    """Whether these are meetings: several records with dates of their own."""
    if isinstance(node, Sequence):
        return any(
            isinstance(item, Mapping) and (_has_day(item) or _holds_lists_of_meetings(item))
            for item in node.items
        )
    return isinstance(node, Mapping) and _holds_lists_of_meetings(node)


def _holds_lists_of_meetings(record: Mapping) -> bool:
    return any(
        isinstance(item, Mapping) and _has_day(item)
        for below in record.items.values()
        if isinstance(below, Sequence)
        for item in below.items
    )


def _is_meeting(record: Mapping, place: _Place) -> bool:
    if _has_day(record):
        return len(record.items) > 1
    if not place.in_sessions:
        return False
    named = (keys.TITLE, keys.DATE, keys.READINGS, keys.PRESENTER, keys.SPEAKER)
    return any(key.fullmatch(name) for key in named for name in record.items)


def _has_day(record: Mapping) -> bool:
    when = first_leaf(record, keys.DATE)
    return when is not None and bool(read_dates(when.text).days)


def _is_work(record: Mapping) -> bool:
    """Whether a record describes a work: an id, or a title and something else of a reference."""
    if any(leaf.text for leaf in leaves(record, keys.IDS)) and first_leaf(record, keys.TITLE):
        return True
    title = first_leaf(record, keys.TITLE)
    others = any(
        keys.role_of_key(name) or keys.AUTHORS.fullmatch(name) or keys.VENUE.fullmatch(name)
        for name in record.items
    )
    return others and (title is not None or first_leaf(record, keys.ADDRESS) is not None)


def _says(record: Mapping, key: keys.Pattern) -> bool:
    leaf = first_leaf(record, key)
    return leaf is not None and leaf.text.strip().lower() in {"true", "yes", "1", "on"}


def _number(record: Mapping, key: keys.Pattern) -> int | None:
    """A week's number where the record has one: "3", "Week 3"."""
    leaf = first_leaf(record, key)
    return read_dates(leaf.text).week if leaf else None


def _mappings(root: Node) -> Iterator[Mapping]:
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Mapping):
            yield node
            stack += node.items.values()
        elif isinstance(node, Sequence):
            stack += node.items
