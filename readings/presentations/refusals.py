"""Why somebody does not get a seat, each a class with the sentence that the person reads."""

from __future__ import annotations

from readings.core.refusals import Refusal


class SlotFull(Refusal):
    """Every seat is taken."""


class NotOpenYet(Refusal):
    """Sign-up opens later."""


class SignUpClosed(Refusal):
    """Sign-up has closed; taking and giving up are for staff now."""


class ClassIsOver(Refusal):
    """The class is past."""


class AlreadyYours(Refusal):
    """The person, or their group, has a seat of this slot."""


class NotYours(Refusal):
    """There is no seat to give up."""


class GroupNeeded(Refusal):
    """The slot is for groups, and the student is in none."""


class AuditorsDoNotPresent(Refusal):
    """Auditors see the slots and take none."""


class NotAStudent(Refusal):
    """Staff, and people from outside, do not sign up."""


class WrongPresenter(Refusal):
    """A person on a slot for groups, a group on one for persons, or somebody from outside."""


class SlotGone(Refusal):
    """Staff removed the slot a moment ago."""


class SeatsTaken(Refusal):
    """A slot does not get fewer seats than are taken, nor another kind of presenter."""


class StillTaken(Refusal):
    """More people are on a slot than was agreed to remove."""


class ClosesBeforeOpening(Refusal):
    """A slot closes after it opens."""


class GivenByWishes(Refusal):
    """The slots of the sheet are given out by ranked wishes."""


class NotForYou(Refusal):
    """The sheet is for some persons or groups only."""


class HoldsEnough(Refusal):
    """Somebody holds as many slots of the sheet as they may."""


class TooClose(Refusal):
    """Another slot of theirs is too few days away."""


class GroupTooSmall(Refusal):
    """The group has fewer members than the sheet wants."""


class GroupTooLarge(Refusal):
    """The group has more members than the sheet allows."""


class SeatFree(Refusal):
    """Nobody waits where a seat can be taken."""


class NoWaitingList(Refusal):
    """The sheet has none."""


class AlreadyWaiting(Refusal):
    """The person, or their group, is on the waiting list."""


class NotWaiting(Refusal):
    """There is no place in line to give up, or to be served from."""
