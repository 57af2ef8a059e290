"""A whole list -> what the template writes, as one reader may see it.

Everything is computed here, once: a list has six hundred entries, and what costs a microsecond in
Python costs twenty in a template.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.safestring import SafeString

from readings.core.markdown import trusted
from readings.core.stencil import Stencil
from readings.courses.access import Access
from readings.papers.citing import short_authors
from readings.papers.models import Paper, PaperKind
from readings.reading_lists.matching import is_same_title
from readings.reading_lists.models import Entry, MatchState
from readings.reading_lists.ordering import in_order
from readings.reading_lists.queries import SectionEntries
from readings.schedule.models import AgendaItem, LinkRole
from readings.schedule.naming import after_label

MAX_DEPTH: Final = 4  # what is deeper is shown on the last level
_ROLE_WORDS: Final = dict(LinkRole.choices)
_KIND_WORDS: Final = dict(PaperKind.choices)
_FIELDS: Final = (
    "id",
    "url",  # of the reading's page
    "title",
    "full_title",  # of the paper, where the list has a short name
    "kind",
    "meta",  # authors, venue, year
    "links",
    "places",
    "annotation",
    "change_url",
)
_FLAGS: Final = (
    "has_page",
    "has_full_title",
    "has_kind",
    "has_meta",
    "has_links",
    "has_places",
    "has_annotation",
    "is_proposed",
    "may_change",
)
_ENTRY: Final = Stencil("reading_lists/show.html#entry", name="entry", fields=_FIELDS, flags=_FLAGS)
_EMPTY: Final = SafeString("")


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section with the HTML of its entries."""

    id: int
    title: str
    level: int  # of its heading, from 2
    count: int
    entries: SafeString
    is_empty: bool


class Showing:
    """How entries are shown to whoever has ``access``."""

    def __init__(self, access: Access, places: Mapping[int, Sequence[AgendaItem]]) -> None:
        slug = access.course.slug
        self._access = access
        self._places = places
        # Looked up once: it costs more than everything else about an entry.
        self._paper = reverse("pages:paper", args=[slug, 0]).removesuffix("0/")
        self._entry = reverse("reading_lists:entry", args=[slug, 0]).removesuffix("0/")
        self._schedule = reverse("pages:schedule", args=[slug])

    def section(self, section: SectionEntries) -> SectionRow:
        """A section as it is written down."""
        return SectionRow(
            id=section.section.pk,
            title=section.section.title,
            level=min(section.depth + 2, 6),
            count=len(section.entries),
            entries=SafeString("".join(self._nested(section.entries))),
            is_empty=not section.entries,
        )

    def entry(self, entry: Entry, *, is_said_below: bool = False) -> SafeString:
        """One entry, without those under it; ``is_said_below``: the next one has its annotation."""
        values, shape = self._cut(entry, has_annotation=not is_said_below)
        return _ENTRY.fill(shape, values)

    def _nested(self, entries: Sequence[Entry]) -> Iterator[SafeString | str]:
        """The entries with their lists: those under one are in a list of its own."""
        rows = {entry.pk: entry for entry in entries}
        ordered = list(in_order({pk: one.parent_id for pk, one in rows.items()}))
        following = [rows[key] for key, _level in ordered[1:]]
        depth, shared = -1, False
        for (key, level), next_one in itertools.zip_longest(ordered, following):
            level = min(level, MAX_DEPTH)
            if level > depth:
                yield '<ul class="entries" role="list">' * (level - depth)
            else:
                yield "</li>" + "</ul></li>" * (depth - level)
            yield '<li class="shares">' if shared else "<li>"
            # Of "see A, B and C" three entries came with one text: it stands once, below them.
            shared = _is_shared(rows[key], next_one)
            yield self.entry(rows[key], is_said_below=shared)
            depth = level
        if depth >= 0:
            yield "</li></ul>" * (depth + 1)

    def _cut(
        self, entry: Entry, *, has_annotation: bool
    ) -> tuple[dict[str, SafeString], tuple[bool, ...]]:
        reading = entry.reading
        paper = reading.paper if reading else None
        title, full_title = _titles(entry)
        kind = paper.kind if paper else PaperKind.PAPER
        places = self._places.get(entry.reading_id or 0, ())
        match = getattr(entry, "match", None)
        roles = {link.get("role") for link in entry.links}  # these words stand there already
        values = {
            "id": SafeString(entry.pk),
            "url": SafeString(f"{self._paper}{entry.reading_id}/"),
            "title": title,
            "full_title": full_title,
            "kind": escape(_KIND_WORDS.get(kind, "")),
            "meta": escape(entry_meta(entry, paper)),
            "links": _links(entry, paper, with_notes=self._access.is_member),
            "places": SafeString(" ".join(map(self._place, places))),
            "annotation": trusted(entry.annotation_html),
            "change_url": SafeString(f"{self._entry}{entry.pk}/"),
        }
        is_staff = self._access.is_staff
        shape = (
            reading is not None,
            bool(full_title),
            kind not in {PaperKind.PAPER, PaperKind.OTHER} and kind not in roles,
            bool(values["meta"]),
            bool(values["links"]),
            bool(values["places"]),
            bool(entry.annotation_html) and has_annotation,
            is_staff and match is not None and match.state == MatchState.PROPOSED,
            is_staff,
        )
        return values, shape

    def _place(self, item: AgendaItem) -> str:
        meeting = item.meeting
        if meeting is None:
            return ""
        words = f"Week {meeting.week.number}"
        if meeting.meets_on:
            words += f", {meeting.meets_on:%b} {meeting.meets_on.day}"
        address = f"{self._schedule}#meeting-{meeting.pk}"
        return f'<a class="badge badge-accent" href="{address}">{words}</a>'


def escape(text: str) -> SafeString:
    """Django's, without its detour by way of lazy texts: it is asked for by the thousand."""
    return SafeString(html.escape(text))


def _is_shared(entry: Entry, following: Entry | None) -> bool:
    return (
        following is not None
        and bool(entry.annotation_html)
        and entry.annotation_html == following.annotation_html
        and entry.parent_id == following.parent_id
    )


def entry_meta(entry: Entry, paper: Paper | None) -> str:
    """``Chen et al. · OSDI · 2018``: as the list has it, else as the paper says."""
    authors = entry.authors or (short_authors(paper.authors) if paper else "")
    venue = entry.venue or (paper.venue if paper else "")
    year = entry.year or (paper.year if paper else None)
    said = [authors, venue, "" if year and str(year) in venue else str(year or "")]
    return " · ".join(part for part in said if part)


def shown_links(
    entry: Entry, paper: Paper | None, *, with_notes: bool
) -> Iterator[tuple[str, str]]:
    """Addresses with the words for them: the role, and the name where that says more.

    Notes may name students, and are for members.
    """
    links = [
        (link.get("url", ""), link.get("role", ""), link.get("label", "")) for link in entry.links
    ]
    if not links and paper and paper.source_url:
        links = [(paper.source_url, LinkRole.PAPER if paper.arxiv_id else paper.kind, "")]
    roles = [role for _url, role, _label in links]
    for url, role, label in links:
        if not url.startswith(("https://", "http://")) or (role == "notes" and not with_notes):
            continue
        says_more = role not in _ROLE_WORDS or role == LinkRole.OTHER or roles.count(role) > 1
        if label == entry.title:  # it would stand there twice
            label = (urlsplit(url).hostname or "").removeprefix("www.")
        yield url, (label if says_more and label else _ROLE_WORDS.get(role, "Link"))


def _links(entry: Entry, paper: Paper | None, *, with_notes: bool) -> SafeString:
    return SafeString(
        " ".join(
            f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{escape(words)}</a>'
            for url, words in shown_links(entry, paper, with_notes=with_notes)
        )
    )


def _titles(entry: Entry) -> tuple[SafeString, SafeString]:
    """What the list calls it, and the paper's own title where that says more."""
    reading = entry.reading
    if reading is None:
        return escape(entry.title), _EMPTY
    if reading.title:
        full = escape(reading.title)
    else:
        paper = reading.paper
        full = trusted(paper.title_html) if paper.title_html else escape(paper.title)
    if not entry.title:
        return full or escape(reading.name), _EMPTY
    if is_same_title(entry.title, reading.full_title):
        return escape(entry.title), _EMPTY
    return escape(entry.title), SafeString(after_label(full, entry.title))
