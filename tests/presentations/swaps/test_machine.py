"""What may become of a request, as a table and as a property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.presentations.refusals import NotNow
from readings.presentations.swaps.machine import Action, Part, actions, state_after
from readings.presentations.swaps.models import OPEN_STATES, SwapState

FINAL = [state for state in SwapState if state not in OPEN_STATES]


def after(state: SwapState, action: Action, party: Part, **about: bool) -> SwapState:
    said = {"to_all": False, "staff_agree": False} | about
    return state_after(state, action, [party], **said)


@pytest.mark.parametrize(
    ("state", "action", "party", "expected"),
    [
        (SwapState.OFFERED, Action.ACCEPT, Part.ASKED, SwapState.DONE),
        (SwapState.OFFERED, Action.DECLINE, Part.ASKED, SwapState.DECLINED),
        (SwapState.OFFERED, Action.WITHDRAW, Part.GIVER, SwapState.WITHDRAWN),
        (SwapState.OFFERED, Action.LAPSE, Part.NOBODY, SwapState.LAPSED),
        (SwapState.ACCEPTED, Action.AGREE, Part.STAFF, SwapState.DONE),
        (SwapState.ACCEPTED, Action.REFUSE, Part.STAFF, SwapState.REFUSED),
        (SwapState.ACCEPTED, Action.WITHDRAW, Part.GIVER, SwapState.WITHDRAWN),
        (SwapState.ACCEPTED, Action.DECLINE, Part.TAKER, SwapState.DECLINED),
    ],
)
def test_a_request_goes_on(
    state: SwapState, action: Action, party: Part, expected: SwapState
) -> None:
    assert after(state, action, party) == expected


def test_staff_have_to_agree_where_the_sheet_says_so() -> None:
    accepted = after(SwapState.OFFERED, Action.ACCEPT, Part.ASKED, staff_agree=True)
    assert accepted == SwapState.ACCEPTED


def test_an_offer_to_all_is_declined_by_nobody_for_the_others() -> None:
    with pytest.raises(NotNow):
        after(SwapState.OFFERED, Action.DECLINE, Part.ASKED, to_all=True)
    taken_back = after(SwapState.ACCEPTED, Action.DECLINE, Part.TAKER, to_all=True)
    assert taken_back == SwapState.OFFERED


@given(
    st.sampled_from(list(SwapState)),
    st.sampled_from(list(Action)),
    st.sampled_from(list(Part)),
    st.booleans(),
    st.booleans(),
)
def test_only_the_table_moves_anything(
    state: SwapState, action: Action, party: Part, to_all: bool, staff_agree: bool
) -> None:
    may = action in actions(state, [party], to_all=to_all)
    try:
        new = after(state, action, party, to_all=to_all, staff_agree=staff_agree)
    except NotNow:
        assert not may
    else:
        assert may
        assert state not in FINAL
        # Seats change hands by the one who was asked, or by staff; never twice.
        assert new != SwapState.DONE or (action, party) in {
            (Action.ACCEPT, Part.ASKED),
            (Action.AGREE, Part.STAFF),
        }
