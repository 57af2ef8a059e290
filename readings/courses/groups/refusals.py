"""Why a change of groups is refused, each a class with the sentence that the person reads."""

from __future__ import annotations

from readings.core.refusals import Refusal


class NotAStudent(Refusal):
    """Only students are in groups."""


class NameTaken(Refusal):
    """Another group of the course has this name."""


class NoName(Refusal):
    """Nothing of the name could be seen."""


class InAnotherGroup(Refusal):
    """A student is in one group of a course at most."""


class NotInThisGroup(Refusal):
    """There is nothing to leave, nor to invite to."""


class GroupGone(Refusal):
    """Somebody deleted the group, or its last member left it, a moment ago."""


class GroupFull(Refusal):
    """The group has as many members as a group of the course may have."""


class GroupHoldsSeats(Refusal):
    """A group that holds seats is not left by its last member, nor deleted."""


class GroupHoldsWork(Refusal):
    """A group with a project page, with slides or marks, is not deleted."""


class GroupHasMembers(Refusal):
    """Only an empty group can be deleted, or joined without an invitation."""


class SameGroup(Refusal):
    """A group is not merged with itself."""


class InvitationGone(Refusal):
    """The invitation was withdrawn or answered a moment ago."""


class OtherProposal(Refusal):
    """Somebody joined or left since the proposal was made."""
