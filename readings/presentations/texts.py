"""What a slot says of what one would present: title, length, first lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.core.markdown import render_with_maths, trusted
from readings.papers.reading_time import minutes_to_read
from readings.presentations.abstracts import first_lines
from readings.presentations.models import Slot
from readings.schedule.models import AgendaItem, Reading
from readings.schedule.queries import with_length

#: So many characters of an abstract are shown; fewer where there are many slots.
OPENING: Final = 240
SHORT_OPENING: Final = 130

Lengths = dict[int, tuple[int | None, int | None]]  # reading id: pages, words


def lengths_of(slots: Iterable[Slot]) -> Lengths:
    """Pages and words of the slots' readings, in one query."""
    wanted = [slot.agenda_item.reading_id for slot in slots if slot.agenda_item.reading_id]
    if not wanted:
        return {}
    return {
        reading.pk: (reading.page_count, reading.word_count)
        for reading in with_length(Reading.objects.filter(pk__in=wanted)).only("pk")
    }


def title_of(reading: Reading) -> SafeString | str:
    """The course's own title, else the fetched one with its maths, else the identifier."""
    if not reading.title and reading.paper.title_html:
        return trusted(reading.paper.title_html)
    return reading.full_title


def size_of(item: AgendaItem, lengths: Lengths) -> str:
    """How much there is to read: "38 p · 66 min to read"."""
    pages, words = lengths.get(item.reading_id or 0, (None, None))
    minutes = minutes_to_read(words)
    parts = [
        item.portion,
        f"{pages} p" if pages else "",
        f"{minutes} min to read" if minutes else "",
    ]
    return " · ".join(part for part in parts if part)


def opening_of(abstract: str, *, limit: int = OPENING) -> SafeString | str:
    """The first lines, as HTML only where there is maths in them."""
    text = first_lines(abstract, limit=limit)
    return trusted(render_with_maths(text)) if "$" in text else escape(text)
