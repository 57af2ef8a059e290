"""How a total comes about, in words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readings.notes.policy import Policy
from readings.notes.totals import Work, total
from readings.progress.ledger_words import counted_lines
from tests.notes.test_totals import POLICIES, terms


@given(POLICIES, terms(), st.booleans())
def test_each_note_is_told_in_one_line_whatever_became_of_it(
    policy: Policy, term: list[Work], is_own: bool
) -> None:
    found = total(policy, term, 1)

    lines = counted_lines(
        found, policy, {one.reading: str(one.reading) for one in term}, is_own=is_own
    )

    told = [name for line in lines for name in line.names.split(", ")]
    assert len(told) == len(set(told)) == len({one.unit for one in term})
    assert sum(line.count for line in lines) == len(told)
