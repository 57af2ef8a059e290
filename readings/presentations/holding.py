"""What presenters hold on a sheet, and whether they may have one slot more."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from readings.accounts.models import User
from readings.core.counting import count_of
from readings.courses.access import Access
from readings.courses.models import Group, GroupMember, Membership, Role
from readings.presentations import queries
from readings.presentations.claim_words import (
    already_sentence,
    closed_sentence,
    local_words,
    off_sentence,
    over_sentence,
)
from readings.presentations.models import Method, Sheet, SignUp, Slot, TakenBy
from readings.presentations.presenters import Key, Presenter, columns_of, key_of, key_of_row
from readings.presentations.refusals import (
    AlreadyYours,
    AuditorsDoNotPresent,
    ClassIsOver,
    GivenByWishes,
    GroupTooLarge,
    GroupTooSmall,
    HoldsEnough,
    NoClass,
    NotAStudent,
    NotForYou,
    NotOpenYet,
    SignUpClosed,
    TooClose,
)
from readings.presentations.rules import Held, Rules
from readings.presentations.windows import Phase


def rules_of(sheet: Sheet) -> Rules:
    """The rules of the sheet as values."""
    return Rules(
        may_hold=sheet.may_hold,
        days_apart=sheet.days_apart,
        fewest_members=sheet.fewest_members,
        most_members=sheet.most_members,
    )


def held_slot(slot: Slot) -> Held:
    """A slot as the rules see it; needs its item's meeting and reading."""
    return Held(slot=slot.pk, name=queries.name_of(slot), day=queries.day_of(slot))


def held_on(sheet: Sheet, presenter: Presenter) -> list[Held]:
    """What the presenter has on the sheet, by date."""
    person, group = key_of(presenter)
    return _held_by(sheet, [person] if person else [], [group] if group else [])[key_of(presenter)]


@dataclass(slots=True)
class Standings:
    """How some presenters stand on a sheet: all that its rules ask about them."""

    sheet: Sheet
    held: dict[Key, list[Held]] = field(default_factory=dict)  # only where there are rules for it
    members: dict[int, int] = field(default_factory=dict)  # group id to how many
    students: frozenset[int] = frozenset()  # ids of persons whom the sheet is for by their role
    chosen: frozenset[Key] | None = None  # None: the sheet is for all

    def require(self, slot: Slot, presenter: Presenter, instead_of: Collection[int] = ()) -> None:
        """Raises what speaks against giving the presenter ``slot``, as ``require_allowed`` does."""
        if self.chosen is not None and key_of(presenter) not in self.chosen:
            whom = f"{presenter} is not" if isinstance(presenter, Group) else "you are not"
            raise NotForYou(
                f"“{self.sheet.title}” is for some of the class, and {whom} among them."
            )
        rules = rules_of(self.sheet)
        if isinstance(presenter, Group):
            rules.require_size(self.members.get(presenter.pk, 0))
        held = self.held.get(key_of(presenter), [])
        rules.require_room(
            [one for one in held if one.slot != slot.pk and one.slot not in instead_of],
            held_slot(slot),
            is_exchange=any(one.slot in instead_of for one in held),
        )

    def allows(self, slot: Slot, presenter: Presenter) -> bool:
        """Whether somebody who waits for ``slot`` may have it now, who may have left meanwhile."""
        return not self.against(slot, presenter)

    def against(self, slot: Slot, presenter: Presenter) -> str:
        """What speaks against it, to be said of them; empty: they may have it.

        ``has DSPy already, and may hold 1``.
        """
        if isinstance(presenter, Group):
            if not self.members.get(presenter.pk):
                return "has no members"
        elif presenter.pk not in self.students:
            return "is no student of this course"
        return self.breaks(slot, presenter)

    def breaks(self, slot: Slot, presenter: Presenter) -> str:
        """As ``against``, by the rules of the sheet alone: of who has the slot, too."""
        try:
            self.require(slot, presenter)
        except (HoldsEnough, TooClose) as refusal:
            others = [one for one in self.held[key_of(presenter)] if one.slot != slot.pk]
            names = ", ".join(one.name for one in others)
            if isinstance(refusal, HoldsEnough):
                return f"has {names} already, and may hold {self.sheet.may_hold}"
            return f"has {names}, and slots have to be {self.sheet.days_apart} days apart"
        except NotForYou:
            return "is not among those whom the sheet is for"
        except (GroupTooSmall, GroupTooLarge):
            return f"has {count_of(self.members.get(presenter.pk, 0), 'member')}"
        return ""

    def add(self, slot: Slot, presenter: Presenter) -> None:
        """The presenter has ``slot`` from now on."""
        self.held.setdefault(key_of(presenter), []).append(held_slot(slot))


def standings_on(
    sheet: Sheet, presenters: Collection[Presenter], *, with_roles: bool = True
) -> Standings:
    """How these stand; their number does not change the number of queries.

    Without roles no query is spent on whether a person is a student: ``allows`` needs them.
    """
    people = [one.pk for one in presenters if not isinstance(one, Group)]
    groups = [one.pk for one in presenters if isinstance(one, Group)]
    found = Standings(sheet)
    if groups:
        counts = GroupMember.objects.filter(group__in=groups).order_by().values_list("group")
        found.members = dict(counts.annotate(count=Count("pk")))
    if people and with_roles:
        members = Membership.objects.filter(course=sheet.course_id, user__in=people)
        students = members.filter(role__in=_roles_for(sheet))
        found.students = frozenset(students.values_list("user_id", flat=True))
    if sheet.is_for_some:
        found.chosen = frozenset(_chosen(sheet, people, groups))
    if sheet.may_hold is not None or sheet.days_apart:
        found.held = _held_by(sheet, people, groups)
    return found


def require_allowed(slot: Slot, presenter: Presenter, *, instead_of: Collection[int] = ()) -> None:
    """Raises what the sheet's rules say against giving ``slot`` to the presenter.

    ``instead_of`` are slots that they give away for it.  Raises ``NotForYou``, ``GroupTooSmall``,
    ``GroupTooLarge``, ``HoldsEnough`` and ``TooClose``.
    """
    standings = standings_on(slot.sheet, [presenter], with_roles=False)
    standings.require(slot, presenter, instead_of)


def short_on(access: Access, *, now: dt.datetime) -> list[tuple[Sheet, int]]:
    """Sheets open now on which the reader, or their group, must hold more; how many they hold.

    One query.
    """
    user = access.user
    if user is None or not access.is_member or access.is_staff:
        return []
    here = {"sheet": OuterRef("pk")}
    chosen = Exists(Sheet.only_users.through.objects.filter(**here, user=user)) | Exists(
        Sheet.only_groups.through.objects.filter(**here, group__members__user=user)
    )
    mine = SignUp.objects.filter(
        Q(user=user) | Q(group__members__user=user), slot__sheet=OuterRef("pk")
    )
    counts = mine.order_by().values("slot__sheet").annotate(many=Count("pk", distinct=True))
    sheets = Sheet.objects.filter(
        Q(opens_at=None) | Q(opens_at__lte=now),
        Q(closes_at=None) | Q(closes_at__gt=now),
        Q(is_for_some=False) | chosen,
        Q(taken_by=TakenBy.PERSON)
        | Exists(GroupMember.objects.filter(course=access.course, user=user)),
        course=access.course,
        method=Method.FIRST_COME,
        must_hold__gt=0,
    )
    if not access.owes_notes:
        sheets = sheets.filter(auditors_too=True)
    found = sheets.annotate(many_held=Coalesce(Subquery(counts.values("many")), 0)).order_by("pk")
    return [(one, one.many_held) for one in found if one.many_held < one.must_hold]


def require_role(sheet: Sheet, user: User) -> None:
    """Raises ``AuditorsDoNotPresent`` and ``NotAStudent`` for who does not sign up themselves."""
    role = (
        Membership.objects.filter(course=sheet.course_id, user=user)
        .values_list("role", flat=True)
        .first()
    )
    if role in _roles_for(sheet):
        return
    if role == Role.AUDITOR:
        raise AuditorsDoNotPresent("You audit this course: auditors do not present.")
    raise NotAStudent("Only students sign up. Staff give out seats under Manage.")


def require_open(slot: Slot) -> None:
    """Raises ``NotOpenYet``, ``GivenByWishes``, ``SignUpClosed``, ``ClassIsOver``, ``NoClass``."""
    match queries.window_of(slot).phase(timezone.now()):
        case Phase.NOT_YET:
            opens_at = queries.window_of(slot).opens_at
            raise NotOpenYet(f"Sign-up opens on {local_words(opens_at, slot.course)}.")
        case Phase.WISHES:
            raise GivenByWishes(
                "These slots are given out by wishes: rank the ones you would like."
            )
        case Phase.CLOSED:
            raise SignUpClosed(closed_sentence(slot))
        case Phase.OVER:
            raise ClassIsOver(over_sentence(slot))
    if queries.off_words(slot):
        raise NoClass(off_sentence(slot))


def refuse_second_seat(slot: Slot, presenter: Presenter, actor: User) -> None:
    """Raises ``AlreadyYours`` when the presenter has a seat of the slot."""
    held = SignUp.objects.filter(slot=slot, **columns_of(presenter))
    if held.exists():  # to look is cheaper than to fetch, and in a rush most have none
        mine = held.select_related("user", "group", "created_by").first()
        if mine is not None:
            raise AlreadyYours(already_sentence(mine, actor))


def _roles_for(sheet: Sheet) -> tuple[Role, ...]:
    return (Role.STUDENT, Role.AUDITOR) if sheet.auditors_too else (Role.STUDENT,)


def _chosen(sheet: Sheet, people: Collection[int], groups: Collection[int]) -> set[Key]:
    found: set[Key] = set()
    if people:
        found.update((one.pk, None) for one in sheet.only_users.filter(pk__in=people).only("pk"))
    if groups:
        found.update((None, one.pk) for one in sheet.only_groups.filter(pk__in=groups).only("pk"))
    return found


def _held_by(
    sheet: Sheet, people: Collection[int], groups: Collection[int]
) -> dict[Key, list[Held]]:
    found: dict[Key, list[Held]] = defaultdict(list)
    for column, wanted in (("user", people), ("group", groups)):
        if not wanted:
            continue
        sign_ups = SignUp.objects.filter(slot__sheet=sheet, **{f"{column}__in": wanted})
        if not sign_ups.exists():
            continue
        for sign_up in queries.in_order_of_slots(queries.with_slot(sign_ups)):
            found[key_of_row(sign_up)].append(held_slot(sign_up.slot))
    return found
