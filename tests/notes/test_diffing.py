"""What changed between two texts."""

from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from readings.notes.diffing import Line, compare, fold

LINES = st.lists(st.text(alphabet="ab \t.é", max_size=8), max_size=12)
TEXTS = LINES.map("\n".join)


def side(lines: list[Line], *changes: str) -> str:
    return "\n".join(line.text for line in lines if line.change in changes)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_difference(old: str, new: str) -> None:
    lines = compare(old, new)

    assert side(lines, "same", "removed") == old
    assert side(lines, "same", "added") == new


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {line.change for line in compare(text, text)} == {"same"}


@given(TEXTS, TEXTS)
def test_what_is_not_marked_stands_on_both_sides(old: str, new: str) -> None:
    """Of a run of replaced lines, the unmarked pieces are what both have in common."""
    common = {"removed": "", "added": ""}
    for line in [*compare(old, new), Line("same", ())]:
        if line.change == "same":
            both_changed = common["removed"] and common["added"]
            assert not both_changed or common["removed"] == common["added"]
            common = {"removed": "", "added": ""}
        else:
            common[line.change] += "".join(p.text for p in line.pieces if not p.marked)


@given(TEXTS, TEXTS, st.integers(0, 3))
def test_folding_leaves_out_same_lines_only(old: str, new: str, context: int) -> None:
    lines = compare(old, new)

    blocks = fold(lines, context=context)

    shown = [line for block in blocks for line in block.lines]
    assert sum(block.folded for block in blocks) + len(shown) == len(lines)
    assert [line for line in shown if line.change != "same"] == [
        line for line in lines if line.change != "same"
    ]


def test_words_that_changed_are_marked_in_their_lines() -> None:
    lines = compare("First.\nThe cat sat.\nLast.", "First.\nThe dog sat.\nLast.")

    assert [(line.change, [(p.text, p.marked) for p in line.pieces]) for line in lines] == [
        ("same", [("First.", False)]),
        ("removed", [("The ", False), ("cat ", True), ("sat.", False)]),
        ("added", [("The ", False), ("dog ", True), ("sat.", False)]),
        ("same", [("Last.", False)]),
    ]


def test_lines_far_from_a_change_are_folded() -> None:
    old = "\n".join(str(number) for number in range(100))

    blocks = fold(compare(old, old.replace("50", "fifty")))

    assert [(block.folded, [line.text for line in block.lines]) for block in blocks] == [
        (48, ["48", "49", "50", "fifty", "51", "52"]),
        (47, []),
    ]


def test_the_longest_texts_that_differ_everywhere_are_compared_in_time() -> None:
    old, new = "a\n" * 50_000, "b\n" * 50_000
    words, others = "a b " * 25_000, "c d " * 25_000
    chance = random.Random(1)  # noqa: S311 (the same words each time)
    paragraphs = [[chance.choice("ab") for _ in range(1000)] for _ in range(50)]
    letters = "\n\n".join(" ".join(words) for words in paragraphs)
    shuffled = "\n\n".join(" ".join(chance.sample(words, 1000)) for words in paragraphs)
    started = time.process_time()

    assert side(compare(old, new), "same", "removed") == old
    assert side(compare(words, others), "same", "added") == others
    assert side(compare(letters, shuffled), "same", "added") == shuffled

    assert time.process_time() - started < 10
