"""The readers of all formats: each takes a text and says what was found in it."""

from __future__ import annotations

from collections.abc import Callable

from readings.imports import formats
from readings.imports.addresses import Addresses
from readings.imports.found import Found
from readings.imports.lists.reading import read_lists
from readings.imports.lists.shelving import entries_of_table
from readings.imports.parsers.bibtex import read_bibtex
from readings.imports.parsers.csl import read_csl
from readings.imports.parsers.csv_table import read_csv
from readings.imports.parsers.front_matter import split_front_matter
from readings.imports.parsers.html_table import read_html
from readings.imports.parsers.links import is_listing, read_links, read_listing
from readings.imports.parsers.markdown_table import read_markdown
from readings.imports.parsers.ris import read_ris
from readings.imports.parsers.trees import (
    Tree,
    UnreadableError,
    read_json,
    read_toml,
    read_yaml,
)
from readings.imports.records import Records
from readings.imports.schedules.definitions import read_definitions
from readings.imports.schedules.sessions import Schedule, read_schedule
from readings.imports.tables import Document
from readings.imports.understood import Entry, Problem

Reader = Callable[[str, Addresses], Found]
_TREES: dict[str, Callable[[str], Tree]] = {
    formats.YAML: read_yaml,
    formats.TOML: read_toml,
    formats.JSON: read_json,
}


def read_as(format_name: str, text: str, addresses: Addresses) -> Found:
    """What is found in ``text`` when it is taken for that format."""
    try:
        found = _READERS[format_name](text, addresses)
    except UnreadableError as error:
        found = Found(format_name, _plain(text), problems=[error.problem])
    found.problems += addresses.problems
    return found


def _markdown(text: str, addresses: Addresses) -> Found:
    """A page: the records of its front matter, its tables, its lists and the links in its prose."""
    front = split_front_matter(text)
    found = _tables_and_lists(front.body if front else text, addresses)
    if front is None:
        return found
    found.document.lines = text.split("\n")
    try:
        tree = _TREES[front.language](front.text)
    except UnreadableError as error:
        found.problems.append(error.problem)
        return found
    records = Records(addresses)
    records.read(tree.root)
    found.document.title = found.document.title if not records.title else records.title
    found.entries = [*records.entries, *found.entries]
    if records.schedule.meetings or records.entries:
        found.format = front.language
        found.problems += tree.problems
    if records.schedule.meetings:
        records.schedule.problems += found.schedule.problems
        records.schedule.meetings += found.schedule.meetings
        records.schedule.says |= found.schedule.says
        found.schedule = records.schedule
    return found


def _tables_and_lists(text: str, addresses: Addresses) -> Found:
    document = read_markdown(text)
    schedule = read_schedule(document, addresses)
    lists = read_lists(text, document, schedule_tables=schedule.tables, addresses=addresses)
    document.title = lists.title or document.title
    found = Found(
        _markdown_name(schedule, lists.entries), document, schedule, lists.entries, lists.offered
    )
    found.problems = [*document.problems, *lists.problems]
    return found


def _markdown_name(schedule: Schedule, entries: list[Entry]) -> str:
    if schedule.meetings:
        return formats.MARKDOWN if entries else formats.MARKDOWN_TABLE
    return formats.MARKDOWN_LIST if entries else formats.UNKNOWN


def _markdown_schedule(text: str, addresses: Addresses) -> Found:
    document = read_markdown(text)
    schedule = read_schedule(document, addresses)
    return Found(formats.MARKDOWN_TABLE, document, schedule, problems=list(document.problems))


def _markdown_list(text: str, addresses: Addresses) -> Found:
    document = read_markdown(text)
    lists = read_lists(text, document, schedule_tables=(), addresses=addresses)
    document.title = lists.title or document.title
    return Found(
        formats.MARKDOWN_LIST, document, Schedule(), lists.entries, lists.offered, lists.problems
    )


def _definitions(text: str, addresses: Addresses) -> Found:
    front = split_front_matter(text)
    document, schedule = read_definitions(front.body if front else text, addresses)
    document.lines = text.split("\n")
    if front is not None:
        document.title = _front_title(front.language, front.text) or document.title
    return Found(formats.MARKDOWN_DEFINITIONS, document, schedule)


def _front_title(language: str, data: str) -> str | None:
    records = Records(Addresses())
    try:
        records.read(_TREES[language](data).root)
    except UnreadableError:
        return None
    return records.title


def _tree(format_name: str) -> Reader:
    def read(text: str, addresses: Addresses) -> Found:
        tree = _TREES[format_name](_data(format_name, text))
        records = Records(addresses)
        records.read(tree.root)
        document = _plain(text)
        document.title = records.title
        return Found(
            format_name, document, records.schedule, records.entries, problems=tree.problems
        )

    return read


def _data(format_name: str, text: str) -> str:
    """The text, or its front matter where that is in the language."""
    front = split_front_matter(text)
    return front.text if front and front.language == format_name else text


def _csv(text: str, addresses: Addresses) -> Found:
    return _from_tables(formats.CSV, read_csv(text), addresses)


def _html(text: str, addresses: Addresses) -> Found:
    return _from_tables(formats.HTML, read_html(text), addresses)


def _from_tables(format_name: str, document: Document, addresses: Addresses) -> Found:
    schedule = read_schedule(document, addresses)
    entries = [
        entry
        for table in document.tables
        if table.line not in schedule.tables
        for entry in entries_of_table(addresses.complete(table))
    ]
    return Found(format_name, document, schedule, entries, problems=list(document.problems))


def _references(
    format_name: str, read: Callable[[str], tuple[list[Entry], list[Problem]]]
) -> Reader:
    def reader(text: str, _addresses: Addresses) -> Found:
        entries, problems = read(text)
        return Found(format_name, _plain(text), entries=entries, problems=problems)

    return reader


def _links(text: str, _addresses: Addresses) -> Found:
    document = _plain(text)
    entries = read_listing(text) if is_listing(document.lines) else read_links(text)
    return Found(formats.LINKS, document, entries=entries)


def _plain(text: str) -> Document:
    return Document(lines=text.split("\n"))


_READERS: dict[str, Reader] = {
    formats.MARKDOWN: _markdown,
    formats.MARKDOWN_TABLE: _markdown_schedule,
    formats.MARKDOWN_LIST: _markdown_list,
    formats.MARKDOWN_DEFINITIONS: _definitions,
    formats.YAML: _tree(formats.YAML),
    formats.TOML: _tree(formats.TOML),
    formats.JSON: _tree(formats.JSON),
    formats.CSV: _csv,
    formats.HTML: _html,
    formats.BIBTEX: _references(formats.BIBTEX, read_bibtex),
    formats.RIS: _references(formats.RIS, read_ris),
    formats.CSL_JSON: _references(formats.CSL_JSON, read_csl),
    formats.LINKS: _links,
}
