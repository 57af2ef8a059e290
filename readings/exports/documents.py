"""The documents that are exported of a course."""

from __future__ import annotations

from dataclasses import replace

from readings.courses.models import Course
from readings.exports.lists import list_markdown
from readings.exports.markdown import schedule_markdown
from readings.exports.queries import shelf_of, term_of
from readings.exports.term import Options, Shelf
from readings.reading_lists.models import ReadingList

#: What anybody may read: nobody's name, and nobody's notes.
FOR_VISITORS = Options(notes=False, presenters=False)


def schedule_document(course: Course, options: Options) -> str:
    """The schedule as a Markdown table."""
    return schedule_markdown(term_of(course), options)


def list_document(reading_list: ReadingList, options: Options) -> str:
    """A reading list as headings and bullets."""
    return list_markdown(shelf_of(reading_list), options)


def lists_document(course: Course, options: Options) -> str:
    """All reading lists of a course, one after another; empty where it has none."""
    return _lists(course, options, before="")


def course_document(course: Course, options: Options) -> str:
    """The schedule and the reading lists in one document; without what is empty."""
    term = term_of(course)
    if not term.sessions and course.reading_lists.exists():
        return _lists(course, options, before="")
    return _lists(course, options, before=schedule_markdown(term, options))


def _lists(course: Course, options: Options, *, before: str) -> str:
    lists = list(course.reading_lists.order_by("position", "id"))
    if len(lists) == 1:
        return list_markdown(shelf_of(lists[0]), options, before=before)
    text = before
    for reading_list in lists:
        shelf = _under_title(shelf_of(reading_list))
        text = list_markdown(shelf, options, before=text or f"# {course.title}")
    return text


def _under_title(shelf: Shelf) -> Shelf:
    """A list whose sections stand under its title, for there are others in the document."""
    entries = [replace(entry, section=[shelf.title, *entry.section]) for entry in shelf.entries]
    return replace(shelf, entries=entries)
