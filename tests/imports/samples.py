"""Documents that the tests of imports read."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


def sample() -> str:
    """A schedule of our own, shaped like the READMEs of real courses: 12 rows, 24 meetings."""
    return (DATA / "schedule.md").read_text()


def table(*rows: str, head: str = "| Date | Topics | Description | Notes |") -> str:
    """A Markdown table; its first row is line 3."""
    dashes = "|".join("---" for _ in head.strip("| ").split("|"))
    return "\n".join([head, f"|{dashes}|", *rows, ""])
