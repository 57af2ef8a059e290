"""Rows in the order of a document, parents before what is under them.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# A row's key to that of the row it is under, in the order of the document.
Parents = Mapping[int, int | None]


def in_order(parents: Parents) -> Iterator[tuple[int, int]]:
    """Each row after the one it is under, with its depth (0: under none).

    A parent that is not among the rows counts as none; so does one in a circle.
    """
    yield from _walk(_children(parents))


def shifted(parents: Parents, row: int, by: int) -> list[int]:
    """The rows with ``row`` one place up (-1) or down (+1) among those under the same parent.

    What is under it goes with it, and it jumps over what is under its neighbour.  At an end, the
    order stays as it is.
    """
    children = _children(parents)
    siblings = next(found for found in children.values() if row in found)
    place = siblings.index(row)
    target = min(max(place + by, 0), len(siblings) - 1)
    siblings.insert(target, siblings.pop(place))
    return [one for one, _depth in _walk(children)]


def _children(parents: Parents) -> dict[int | None, list[int]]:
    children: dict[int | None, list[int]] = {None: []}
    for row, parent in parents.items():
        known = parent in parents and not _is_circle(parents, row)
        children.setdefault(parent if known else None, []).append(row)
    return children


def _is_circle(parents: Parents, row: int) -> bool:
    seen = {row}
    above = parents.get(row)
    while above is not None:
        if above in seen:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def _walk(children: Mapping[int | None, list[int]]) -> Iterator[tuple[int, int]]:
    waiting = [(row, 0) for row in reversed(children[None])]
    while waiting:
        row, depth = waiting.pop()
        yield row, depth
        waiting.extend((one, depth + 1) for one in reversed(children.get(row, [])))
