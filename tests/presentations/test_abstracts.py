"""The first lines of an abstract."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from readings.presentations.abstracts import first_lines


def test_a_short_abstract_is_shown_whole() -> None:
    assert first_lines("  One\n line. ", limit=240) == "One line."


def test_whole_sentences_are_kept() -> None:
    text = "We measure attention at 3.5 GHz. " + "It is fast. " * 40
    lines = first_lines(text, limit=60)
    assert lines == "We measure attention at 3.5 GHz. It is fast. It is fast."


def test_a_long_sentence_ends_between_words() -> None:
    assert first_lines("word, " * 50, limit=20) == "word, word, word…"


def test_a_formula_is_not_cut_through() -> None:
    text = "The cost is $O(n \\log n + m. k)$ in the worst case that we know of"
    assert first_lines(text, limit=24) == "The cost is…"


def test_a_text_without_spaces_is_cut_where_it_must_be() -> None:
    assert first_lines("汉" * 50, limit=10) == "汉" * 10 + "…"


@settings(max_examples=150)
@example("$\\$\\", 3)  # the last dollar is only a dollar
@given(st.text(alphabet="ab .$,\\\n漢。", max_size=120), st.integers(min_value=3, max_value=60))
def test_first_lines_are_a_beginning_with_whole_formulas(text: str, limit: int) -> None:
    whole = " ".join(text.split())
    lines = first_lines(text, limit=limit)
    assert len(lines) <= limit + 1
    if lines != whole:
        beginning = lines.removesuffix("…")
        assert whole.startswith(beginning)
        assert (beginning.count("$") - beginning.count("\\$")) % 2 == 0
