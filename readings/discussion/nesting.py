"""The shape of a thread: which comment is shown under which, in what order.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

MAX_DEPTH: Final = 3  # replies deeper than this are shown one after another at this depth


class Place(NamedTuple):
    """Where a comment is shown.

    ``depth`` is 0 for a thread's own list and at most ``MAX_DEPTH``; ``under`` the comment in
    whose list of replies it stands (``None``: the thread's); ``closes`` the number of lists that
    end after it when the thread is written out in order.
    """

    comment_id: int
    parent_id: int | None
    depth: int
    under: int | None
    closes: int

    @property
    def is_flattened(self) -> bool:
        """Whether it answers another comment than the one it stands under."""
        return self.parent_id != self.under


def nest(pairs: Iterable[tuple[int, int | None]]) -> list[Place]:
    """The places of one thread's comments in reading order, from ``(id, parent id)``.

    Siblings stand in the order of their ids, which is the order in which they were written.  A
    parent that is not among the pairs counts as none.
    """
    parents: dict[int, int | None] = {}
    shown: dict[int, tuple[int, int | None]] = {}  # id -> (depth, under)
    lists: dict[int | None, list[int]] = {}
    for comment_id, parent_id in sorted(pairs, key=lambda pair: pair[0]):
        depth, under = 0, None
        if parent_id is not None and parent_id in shown:
            depth, under = shown[parent_id]
            if depth < MAX_DEPTH:
                depth, under = depth + 1, parent_id
        else:
            parent_id = None
        parents[comment_id] = parent_id
        shown[comment_id] = (depth, under)
        lists.setdefault(under, []).append(comment_id)

    order: list[int] = []
    waiting = lists.get(None, [])[::-1]
    while waiting:
        comment_id = waiting.pop()
        order.append(comment_id)
        waiting.extend(lists.get(comment_id, [])[::-1])

    depths = [*(shown[comment_id][0] for comment_id in order), 0]
    return [
        Place(
            comment_id=comment_id,
            parent_id=parents[comment_id],
            depth=depth,
            under=shown[comment_id][1],
            closes=depth + 1 - following,
        )
        for comment_id, (depth, following) in zip(order, pairwise(depths), strict=True)
    ]
