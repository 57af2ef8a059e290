"""Schedules written as definition lists: the day is the term, what happens its definitions.

The syntax is kramdown's (https://kramdown.gettalong.org/syntax.html#definition-lists).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin

from readings.core.dates import DateCell, read_dates, writes_day_first
from readings.imports.addresses import Addresses
from readings.imports.parsers.markdown_cells import CellReader, CellTooLongError
from readings.imports.schedules.agenda import Context, read_part
from readings.imports.schedules.sessions import Dated, Schedule
from readings.imports.tables import Document, Part, part_anchors, part_text
from readings.imports.understood import Item, Problem, Session
from readings.imports.wording.kinds import Meaning, meaning_of

_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}")
_EMPHASISED = re.compile(r"(\*|_)(?!\1)([^*_\n]+)\1")
_STRONG = re.compile(r"(?:(?:\*\*|__)([^*_\n]+)(?:\*\*|__)\s*)+")
_PREFIX = re.compile(r"^\s*(?:presented by|presenters?|speakers?|lead(?:er)?s?)\s*:\s*", re.I)
_NAMES = re.compile(r"\s*(?:,|;|&|/|\band\b)\s*")
_MAX_NESTING = 40

_grammar = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING}).use(deflist_plugin)
_grammar.core.ruler.disable(["inline", "text_join"])


@dataclass
class _Definition:
    """A paragraph of what is said of a term, and whether it stands in a list."""

    text: str
    line: int
    listed: bool = False
    lead: str = ""  # the words above its list: "Discussion paper:"


@dataclass
class _Term:
    text: str
    line: int
    said: list[_Definition] = field(default_factory=list)


def read_definitions(text: str, addresses: Addresses) -> tuple[Document, Schedule]:
    """The meetings of all terms that name a day."""
    document, schedule = Document(lines=text.split("\n")), Schedule()
    # Attributes become spaces, so that positions stay.
    plain = _ATTRIBUTES.sub(lambda match: " " * len(match.group()), text)
    tokens = _grammar.parse(plain, {})
    terms = _terms(tokens, document)
    day_first = writes_day_first([term.text for term in terms])
    cells = CellReader({})
    for term in terms:
        dates = read_dates(term.text, day_first=day_first)
        if dates.days or dates.week is not None:
            _Meeting(term, dates, cells, addresses, schedule).read()
    return document, schedule


class _Meeting:
    """Reads what is said of one day."""

    def __init__(
        self, term: _Term, dates: DateCell, cells: CellReader, addresses: Addresses,
        schedule: Schedule,
    ) -> None:  # fmt: skip
        self.term, self.dates, self.cells = term, dates, cells
        self.addresses, self.schedule = addresses, schedule
        words = " ".join(term.text.split())
        self.session = Session(0, words[:200], term.line, time=dates.time)
        self.described = Meaning()
        self.presenters: list[str] = []

    def read(self) -> None:
        """Add the meeting to the schedule."""
        for said in self.term.said:
            if (labels := _STRONG.fullmatch(said.text.strip())) is not None:
                self.described = meaning_of(labels.group().replace("*", " ").replace("_", " "))
        outline: list[_Definition] = []
        for said in self.term.said:
            text = said.text.strip()
            if _STRONG.fullmatch(text) and meaning_of(text.strip("*_")) != Meaning():
                continue
            if names := _EMPHASISED.fullmatch(text):
                self.presenters += [one for one in _NAMES.split(names[2]) if one]
            elif _PREFIX.match(text):
                bare = _PREFIX.sub("", text).strip("*_ ")
                self.presenters += [one for one in _NAMES.split(bare) if one]
            elif said.listed and not self.has_links(said):
                outline.append(said)
            else:
                self.add(said)
        self.add_outline(outline)
        if self.session.agenda:
            self.session.agenda[0].presenters = self.presenters
        self.finish()

    def has_links(self, said: _Definition) -> bool:
        return any(part_anchors(part) for part in self.parts(said))

    def add(self, said: _Definition) -> None:
        """One definition: words, or readings under the words above their list."""
        lead = meaning_of(said.lead) if said.lead else Meaning()
        expects = said.listed or lead.kind == "papers" or meaning_of(said.text).kind == "papers"
        described = Meaning(kind="papers") if expects else self.described
        context = Context(said.line, described, expects_papers=expects)
        optional = "optional" in said.lead.lower()
        for part in self.parts(said):
            agenda = read_part(part, context)
            for item in agenda.items:
                self.session.agenda.append(
                    replace(item, required=False) if optional and item.identity else item
                )
            if agenda.status != "class":
                self.session.status = agenda.status

    def parts(self, said: _Definition) -> list[Part]:
        try:
            cell = self.cells.read(" ".join(said.text.split()))
        except CellTooLongError:
            message = "A definition here is too long to be read; it was left out."
            self.schedule.problems.append(Problem(said.line, "error", message))
            return []
        return [
            self.addresses.complete_part(part, said.line)
            for part in cell.parts
            if part_text(part) or part_anchors(part)
        ]

    def add_outline(self, outline: list[_Definition]) -> None:
        """What a class goes through, as one thing on its agenda."""
        points = [part_text(part) for said in outline for part in self.parts(said)]
        if points:
            kind = self.described.kind or "other"
            text = "; ".join(point for point in points if point)
            self.session.agenda.append(Item(kind=kind, line=outline[0].line, text=text))

    def finish(self) -> None:
        day = self.dates.days[0] if self.dates.days else None
        if day is not None and not day.exists:
            message = f"{day} does not exist; the meeting has no date."
            self.schedule.fail(self.term.line, message)
            day = None
        row = self.schedule.meetings[-1].row + 1 if self.schedule.meetings else 1
        self.schedule.meetings.append(Dated(self.session, day, row, self.dates.week))


def _terms(tokens: list[Token], document: Document) -> list[_Term]:
    """The terms of the outermost definition lists, with all paragraphs that are said of them."""
    outline = _Outline(document)
    for before, token in pairwise([*tokens[:1], *tokens]):
        outline.read(before, token)
    return outline.terms


@dataclass
class _Outline:
    """Goes through the tokens of a document."""

    document: Document
    terms: list[_Term] = field(default_factory=list)
    definitions: int = 0  # how deep in lists of definitions
    lists: int = 0  # how deep in other lists
    lead: str = ""

    def read(self, before: Token, token: Token) -> None:
        if token.type in {"dl_open", "dl_close"}:
            self.definitions += token.nesting
        elif token.type.endswith(("_list_open", "_list_close")):
            self.lists += token.nesting
        elif token.type == "dd_open":
            self.lead = ""
        elif token.type == "inline":
            line = token.map[0] + 1 if token.map else 1
            if before.type == "heading_open":
                self.document.title = self.document.title or token.content.strip() or None
            elif before.type == "dt_open" and self.definitions == 1:
                self.terms.append(_Term(token.content, line))
            elif self.terms and self.definitions and token.content.strip():
                self.add(token.content, line)

    def add(self, text: str, line: int) -> None:
        """A paragraph; words that end in a colon say what the list under them is."""
        if self.lists:
            self.terms[-1].said.append(_Definition(text, line, listed=True, lead=self.lead))
        elif text.rstrip().endswith(":"):
            self.lead = text
        else:
            self.terms[-1].said.append(_Definition(text, line))
