"""How long reading a document takes, and whether that grows with its length or faster.

    python -m bench.parsing [shape ...]

For each shape, the CPU seconds for 1 MB and 10 MB, their ratio (10 is linear), and how many times
what markdown-it's bare block pass takes for the same 1 MB.  The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

from markdown_it import MarkdownIt

from readings.imports.parsing import parse

MEGABYTE = 1_000_000
SMALL, LARGE = MEGABYTE, 10 * MEGABYTE
#: What an import may take here, in CPU seconds.
MOST = {SMALL: 2.0, LARGE: 20.0}


def schedule(size: int) -> str:
    """A table of meetings, two a row, each row with ids of its own."""
    head = "# Systems, Fall 2025\n\n| Date | Topics | Description | Notes |\n|---|---|---|---|\n"

    def row(number: int) -> str:
        one, two = f"{2000 + number % 500:04d}.{number % 99_999:05d}", f"10.1145/{number}"
        return (
            f"| Sep {1 + number % 28} | [Paper {number}](https://arxiv.org/abs/{one}), "
            f"[Other {number}](https://doi.org/{two}) | Papers and Discussion | "
            f"[Paper {number} Notes](https://example.org/notes/{number}) |\n"
        )

    return grown(head, row, size)


def reading_list(size: int) -> str:
    """Sections of bullets with links, venues and nested annotations."""

    def bullet(number: int) -> str:
        heading = f"\n## Part {number // 40}\n\n" if number % 40 == 0 else ""
        one = f"{2000 + number % 500:04d}.{number % 99_999:05d}"
        return (
            f"{heading}- [A title of a paper, number {number}](https://arxiv.org/abs/{one}) - "
            f"Ann Lee et al., OSDI {2000 + number % 25}\n"
            f"  - slides: https://example.org/{number}.pdf\n"
            f"  - Read the evaluation, it is the best part of number {number}.\n"
        )

    return grown("# A list\n", bullet, size)


def prose(size: int) -> str:
    """Paragraphs with a link now and then."""

    def paragraph(number: int) -> str:
        link = f" See [page {number}](https://example.org/{number})." if number % 5 == 0 else ""
        return f"Week {number} is about what we did in week {number - 1}, and why.{link}\n\n"

    return grown("# A course\n\n", paragraph, size)


def brackets(size: int) -> str:
    """What is slow in many grammars: openings without ends, in rows and in bullets."""

    def line(number: int) -> str:
        if number % 2:
            return f"| Sep {1 + number % 28} | {'[a' * 60} | {'**x ' * 20} | {'<b ' * 10} |\n"
        return f"- {'[a](' * 40} {'`' * 15}{'*_' * 20} {number}\n"

    return grown("| Date | Topics | Type | Notes |\n|---|---|---|---|\n", line, size)


def csv(size: int) -> str:
    """A schedule in CSV."""

    def row(number: int) -> str:
        link = f"https://arxiv.org/abs/2001.{number % 99_999:05d}"
        return f'9/{1 + number % 28}/2025,"Paper, {number}",{link},A\n'

    return grown("date,title,link,presenter\n", row, size)


def yaml(size: int) -> str:
    """A schedule in YAML."""

    def talk(number: int) -> str:
        return (
            f"  - date: 2025-09-{1 + number % 28:02d}\n    title: 'Paper {number}'\n"
            "    authors: Ann Lee, Bo Park\n"
            f"    link: https://arxiv.org/abs/2001.{number % 99_999:05d}\n"
        )

    return grown("sessions:\n", talk, size)


def html(size: int) -> str:
    """A schedule in HTML."""

    def row(number: int) -> str:
        link = f'<a href="https://x.org/{number}.pdf">Paper {number}</a>'
        return f"<tr><td>Sep {1 + number % 28}<td>{link}</tr>\n"

    return grown("<table><tr><th>Date<th>Topic</tr>\n", row, size)


def bibtex(size: int) -> str:
    """References in BibTeX."""

    def reference(number: int) -> str:
        return (
            f"@article{{key{number},\n  title = {{Paper {number}}},\n"
            f"  author = {{Lee, Ann and Park, Bo}},\n  year = 2020,\n"
            f"  eprint = {{2001.{number % 99_999:05d}}}\n}}\n\n"
        )

    return grown("", reference, size)


def links(size: int) -> str:
    """Links, one a line."""
    return grown("", lambda n: f"https://arxiv.org/abs/2001.{n % 99_999:05d} Paper {n}\n", size)


SHAPES: dict[str, Callable[[int], str]] = {
    one.__name__: one
    for one in (schedule, reading_list, prose, brackets, csv, yaml, html, bibtex, links)
}


def grown(head: str, piece: Callable[[int], str], size: int) -> str:
    """``head`` and as many pieces as make ``size`` characters."""
    pieces, length, number = [head], len(head), 0
    while length < size:
        pieces.append(piece(number))
        length += len(pieces[-1])
        number += 1
    return "".join(pieces)


def seconds(work: Callable[[], object]) -> float:
    """The CPU time that ``work`` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.parsing", description="How long reading a document takes."
    )
    parser.add_argument(
        "shapes", nargs="*", metavar="shape", help=f"one of {', '.join(SHAPES)}; all by default"
    )
    wanted = parser.parse_args().shapes or list(SHAPES)
    unknown = [name for name in wanted if name not in SHAPES]
    if unknown:
        parser.error(f"there is no shape {unknown[0]!r}; there are {', '.join(SHAPES)}")
    grammar = MarkdownIt("commonmark").enable("table")
    grammar.core.ruler.disable(["inline", "text_join"])
    found: dict[str, dict[str, float]] = {}
    print(f"{'shape':14}{'1 MB':>9}{'10 MB':>9}{'ratio':>8}{'x block pass':>14}")
    for name in wanted:
        small, large = SHAPES[name](SMALL), SHAPES[name](LARGE)
        bare = seconds(lambda text=small: grammar.parse(text))  # type: ignore[misc]
        one = seconds(lambda text=small: parse(text))  # type: ignore[misc]
        ten = seconds(lambda text=large: parse(text))  # type: ignore[misc]
        found[name] = {"1MB": one, "10MB": ten, "ratio": ten / one, "block_pass": one / bare}
        print(f"{name:14}{one:8.2f}s{ten:8.2f}s{ten / one:8.1f}{one / bare:14.1f}", flush=True)
    slowest = {"1MB": max(one["1MB"] for one in found.values()),
               "10MB": max(one["10MB"] for one in found.values())}  # fmt: skip
    rounded = {
        name: {key: round(value, 2) for key, value in values.items()}
        for name, values in found.items()
    }
    print(json.dumps({"shapes": rounded, "slowest": slowest, "most": {"1MB": MOST[SMALL],
                      "10MB": MOST[LARGE]}}))  # fmt: skip


if __name__ == "__main__":
    main()
