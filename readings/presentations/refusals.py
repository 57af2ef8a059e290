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


class NoClass(Refusal):
    """The slot is in no class for now, or its class is cancelled."""


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


class NotNow(Refusal):
    """In its state a swap request does not allow this, or not to this person."""


class SwapsNotAllowed(Refusal):
    """On this sheet seats do not change hands."""


class AlreadyOffered(Refusal):
    """A seat is offered once at a time."""


class CannotSwap(Refusal):
    """One of the two could not hold what they would get."""


class SwapLapsed(Refusal):
    """What was offered cannot be done any more."""


class SwapGone(Refusal):
    """The request was removed with its slot or its group, or changed a moment ago."""


class TitleTaken(Refusal):
    """Another sheet of the course has this title."""


class OpensTooLate(Refusal):
    """A sheet opens after one of its slots has closed, or a slot after its sheet has."""


class WrongSheet(Refusal):
    """A slot does not move to a sheet of other presenters, nor away from wishes for it."""


class HasWork(Refusal):
    """Slides, feedback or marks hang on a slot: it is not removed."""


class NotByWishes(Refusal):
    """The sheet's seats are not given out by wishes, or not any more."""


class WishesNotOpen(Refusal):
    """Wishes can be handed in later."""


class WishesClosed(Refusal):
    """Wishes were to be handed in before."""


class WishesChanged(Refusal):
    """Another member of the group saved other wishes meanwhile."""


class BadRank(Refusal):
    """A rank is a whole number, from 1 on."""


class BadDays(Refusal):
    """These are no days on which one could present."""


class NothingToAssign(Refusal):
    """There is no slot to be given, or nobody to get one."""


class CannotFix(Refusal):
    """This place cannot be fixed for this person or group."""


class RunAgain(Refusal):
    """The course is not any more what the assignment was worked out for."""
