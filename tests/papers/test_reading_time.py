"""Words, and the minutes they take."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.papers.reading_time import WORDS_PER_MINUTE, count_words, minutes_to_read


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("", 0),
        ("1 2.5 - + 17", 0),
        ("We don't re-use it.", 4),
        ("state-of-the-art naïve Müller", 3),
        ("x86 and GPT-4", 3),
        ("e.g. this - or $x$", 4),
        ("电子科技大学", 3),
        ("深度学习 compiler", 3),
        ("これは本です", 3),
        ("حَبيبي", 1),
    ],
)
def test_words_are_counted_in_any_script(page: str, words: int) -> None:
    assert count_words([page]) == words


@pytest.mark.parametrize(
    ("words", "minutes"),
    [(None, None), (0, None), (1, 1), (WORDS_PER_MINUTE, 1), (WORDS_PER_MINUTE + 1, 2)],
)
def test_minutes_are_rounded_up_and_unknown_when_there_are_no_words(
    words: int | None, minutes: int | None
) -> None:
    assert minutes_to_read(words) == minutes


@settings(max_examples=50)
@given(st.lists(st.text()))
def test_pages_count_as_the_sum_of_themselves_up_to_a_word_each(pages: list[str]) -> None:
    whole = count_words(pages)
    assert 0 <= sum(count_words([page]) for page in pages) - whole <= len(pages)
