"""Which slots somebody wants to see, as the address of the page says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from readings.core.counting import number_in

FREE: Final = "free"
MINE: Final = "mine"


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which sheet, of which sort, and which part of a long page."""

    sheet: int | None = None
    show: str = ""  # all, ``FREE`` or ``MINE``
    is_past: bool = False  # classes that were; else those to come
    part: int = 1

    @classmethod
    def of(cls, asked: QueryDict) -> Choice:
        """What was asked for; what makes no sense is left out."""
        return cls(
            sheet=number_in(asked.get("sheet", "")),
            show=show if (show := asked.get("show", "")) in (FREE, MINE) else "",
            is_past="past" in asked,
            part=number_in(asked.get("part", "")) or 1,
        )

    def but(self, **other: Any) -> Choice:
        """Another choice; with another sort of slots the parts are others too."""
        return replace(self, **({"part": 1} | other))

    @property
    def query(self) -> str:
        """``?sheet=3&show=free``; empty for the page as it is without a choice."""
        asked: dict[str, Any] = {}
        if self.sheet is not None:
            asked["sheet"] = self.sheet
        if self.show:
            asked["show"] = self.show
        if self.is_past:
            asked["past"] = "yes"
        if self.part > 1:
            asked["part"] = self.part
        return f"?{urlencode(asked)}" if asked else ""
