"""A program in whole numbers: columns with bounds, and rows over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """``least`` <= the sum of the columns, each times its number, <= ``most``."""

    terms: tuple[tuple[int, int], ...]  # column, number
    least: int | None
    most: int | None


@dataclass
class Program:
    """What ``highs.minimise`` solves; columns are counted from 0."""

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def column(self, least: int = 0, most: int = 1) -> int:
        """Add a column."""
        self.lower.append(least)
        self.upper.append(most)
        return len(self.lower) - 1

    def row(
        self, terms: Mapping[int, int], *, least: int | None = None, most: int | None = None
    ) -> None:
        """Add a row, unless it says nothing."""
        if terms:
            self.rows.append(Row(tuple(terms.items()), least, most))

    def at_most_one(self, columns: Iterable[int]) -> None:
        """Add the row that says so."""
        self.row(dict.fromkeys(columns, 1), most=1)
