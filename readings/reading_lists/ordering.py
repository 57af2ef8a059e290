"""Rows in the order of a document, parents before what is under them.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def shifted(
    order: Sequence[int], parents: Mapping[int, int | None], row: int, by: int
) -> list[int]:
    """``order`` with ``row`` one place up (-1) or down (+1) among those under the same parent.

    What is under it goes with it, and it jumps over what is under its neighbour.  A parent that is
    not in ``order`` counts as none.  At an end, the order stays as it is.
    """
    children: dict[int | None, list[int]] = {}
    known = set(order)
    for one in order:
        parent = parents.get(one)
        children.setdefault(parent if parent in known else None, []).append(one)
    parent = parents.get(row)
    siblings = children[parent if parent in known else None]
    place = siblings.index(row)
    target = min(max(place + by, 0), len(siblings) - 1)
    siblings.insert(target, siblings.pop(place))
    return list(_preorder(children))


def _preorder(children: Mapping[int | None, Sequence[int]]) -> list[int]:
    found: list[int] = []
    waiting = list(reversed(children.get(None, ())))
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(reversed(children.get(one, ())))
    return found
