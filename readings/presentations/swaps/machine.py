"""What may become of a swap request, and who may do it.  From values to values, no database."""

from __future__ import annotations

import enum
from collections.abc import Collection
from typing import Final

from readings.presentations.refusals import NotNow
from readings.presentations.swaps.models import SwapState


class Action(enum.Enum):
    """What is done to a request."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    AGREE = "agree"
    REFUSE = "refuse"
    LAPSE = "lapse"  # it cannot be done any more


class Part(enum.Enum):
    """As what somebody acts."""

    GIVER = "giver"  # whose seat is offered
    ASKED = "asked"  # to whom; with an offer to all, everybody who could accept
    TAKER = "taker"  # who accepted, while staff have to agree
    STAFF = "staff"
    NOBODY = "nobody"  # time, or somebody who did something else


# Each state with what may be done in it, and by whom; the others are final.
_MAY: Final = {
    SwapState.OFFERED: {
        (Action.ACCEPT, Part.ASKED),
        (Action.DECLINE, Part.ASKED),
        (Action.WITHDRAW, Part.GIVER),
        (Action.LAPSE, Part.NOBODY),
    },
    SwapState.ACCEPTED: {
        (Action.AGREE, Part.STAFF),
        (Action.REFUSE, Part.STAFF),
        (Action.WITHDRAW, Part.GIVER),
        (Action.DECLINE, Part.TAKER),
        (Action.LAPSE, Part.NOBODY),
    },
}
_AFTER: Final = {
    Action.DECLINE: SwapState.DECLINED,
    Action.WITHDRAW: SwapState.WITHDRAWN,
    Action.AGREE: SwapState.DONE,
    Action.REFUSE: SwapState.REFUSED,
    Action.LAPSE: SwapState.LAPSED,
}


def actions(state: SwapState, parts: Collection[Part], *, to_all: bool) -> set[Action]:
    """What somebody who is all of ``parts`` may do."""
    # An offer to all is not declined for the others; whoever does not want it leaves it alone.
    return {
        action
        for action, part in _MAY.get(state, set())
        if part in parts
        and not (to_all and action is Action.DECLINE and state == SwapState.OFFERED)
    }


def state_after(
    state: SwapState,
    action: Action,
    parts: Collection[Part],
    *,
    to_all: bool,
    staff_agree: bool,
) -> SwapState:
    """The next state.  Raises ``NotNow`` where these may not do that now.

    ``staff_agree``: whether the sheet wants staff to agree.
    """
    if action not in actions(state, parts, to_all=to_all):
        raise NotNow(_SENTENCES.get(state, "This is not yours to decide."))
    if action is Action.ACCEPT:
        return SwapState.ACCEPTED if staff_agree else SwapState.DONE
    if action is Action.DECLINE and to_all:
        return SwapState.OFFERED  # the others may still have it
    return _AFTER[action]


_SENTENCES: Final = {
    SwapState.ACCEPTED: "This was accepted already, and waits for staff.",
    SwapState.DONE: "This is done already: the seats have changed hands.",
    SwapState.DECLINED: "This was declined already.",
    SwapState.WITHDRAWN: "This offer was taken back.",
    SwapState.REFUSED: "Staff did not agree to this.",
    SwapState.LAPSED: "This offer is off: it is no longer possible.",
}
