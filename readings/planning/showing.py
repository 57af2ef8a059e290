"""Rows of the board -> what its template writes: a term has a hundred of them."""

from __future__ import annotations

from typing import Final, Protocol

from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.core.stencil import Stencil

_ITEM_FLAGS: Final = (
    "has_label",
    "has_meta",
    "has_talks",
    "is_pinned",
    "is_spare",
    "is_optional",
    "has_moved",
)
_ITEM: Final = Stencil(
    "planning/_board_rows.html#item",
    name="item",
    fields=("id", "url", "name", "kind", "kind_words", "label", "title", "meta", "talks", "moved"),
    flags=_ITEM_FLAGS,
)
_ENTRY: Final = Stencil(
    "planning/_board_rows.html#entry",
    name="entry",
    fields=("id", "url", "name", "label", "title", "where"),
    flags=("has_label",),
)


class Item(Protocol):
    """Something on an agenda, or on the shelf."""

    id: int
    name: str
    kind: str
    kind_words: str
    label: str
    title: SafeString | str
    meta: str
    marks: list[str]
    moved: str
    talks: int


class Entry(Protocol):
    """An entry of a reading list."""

    id: int
    label: str
    title: str
    where: str


def show_item(item: Item, base: str) -> SafeString:
    """Its element; ``base`` is the address of the board."""
    shape = (
        bool(item.label),
        bool(item.meta),
        bool(item.talks),
        *(mark in item.marks for mark in ("pinned", "spare", "optional")),
        bool(item.moved),
    )
    values = {
        "id": SafeString(item.id),
        "url": SafeString(f"{base}items/{item.id}/"),
        "name": escape(item.name),
        "kind": escape(item.kind),
        "kind_words": escape(item.kind_words),
        "label": escape(item.label),
        "title": item.title if isinstance(item.title, SafeString) else escape(item.title),
        "meta": escape(item.meta),
        "talks": SafeString(f"{item.talks} talk{'s' if item.talks != 1 else ''}"),
        "moved": escape(item.moved),
    }
    return _ITEM.fill(shape, values)


def show_entry(entry: Entry, lists: str) -> SafeString:
    """Its element; ``lists`` is the address of the reading lists' entries."""
    values = {
        "id": SafeString(entry.id),
        "url": SafeString(f"{lists}{entry.id}/"),
        "name": escape(entry.label or entry.title),
        "label": escape(entry.label),
        "title": escape(entry.title),
        "where": escape(entry.where),
    }
    return _ENTRY.fill((bool(entry.label),), values)
