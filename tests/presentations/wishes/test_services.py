"""Handing in wishes, days that people cannot, what staff fix."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Course, Event, Group, GroupMember
from readings.presentations import blackouts, refusals
from readings.presentations.models import Blackout, Method, Sheet, SignUp, Slot
from readings.presentations.wishes import queries, services
from readings.presentations.wishes.models import Ballot, FixedPlace, Preference
from tests.presentations.conftest import days_from_now
from tests.presentations.wishes.conftest import close, make_sheet, make_slots

pytestmark = pytest.mark.django_db


def save(sheet: Sheet, actor: User, *ranks: tuple[Slot, int], version: int = 0) -> int:
    return services.save_wishes(
        sheet=sheet, actor=actor, ranks={slot.pk: rank for slot, rank in ranks}, version=version
    )


def stored(sheet: Sheet) -> dict[str, int]:
    rows = Preference.objects.filter(ballot__sheet=sheet).order_by("rank", "pk")
    return {row.slot.agenda_item.reading.label: row.rank for row in rows if row.slot}  # type: ignore[union-attr]


def test_wishes_are_stored_without_gaps_and_told_to_staff_alone(
    sheet: Sheet, slots: list[Slot], bob: User
) -> None:
    save(sheet, bob, (slots[0], 5), (slots[1], 2), (slots[2], 5))
    assert stored(sheet) == {"TVM": 1, "DSPy": 2, "MLIR": 2}
    event = Event.objects.get()
    assert event.audience == Audience.STAFF
    assert event.summary == "Bob Baker handed in wishes for “Lead a paper”"
    assert event.details == {"sheet": sheet.pk, "user": bob.pk, "group": None}


def test_saving_the_same_again_changes_nothing(sheet: Sheet, slots: list[Slot], bob: User) -> None:
    save(sheet, bob, (slots[0], 1))
    save(sheet, bob, (slots[0], 3), version=0)
    assert Ballot.objects.get().version == 1
    assert Event.objects.count() == 1


def test_wishes_can_be_taken_back(sheet: Sheet, slots: list[Slot], bob: User) -> None:
    save(sheet, bob, (slots[0], 1))
    save(sheet, bob, version=1)
    assert stored(sheet) == {}
    assert Ballot.objects.get().version == 2


def test_two_of_a_group_at_once_do_not_overwrite_each_other(
    group_sheet: Sheet, owls: Group, bob: User, priya: User
) -> None:
    one, other = make_slots(group_sheet, ("A", "B"))
    save(group_sheet, bob, (one, 1))
    with pytest.raises(refusals.WishesChanged, match="Bob Baker saved other wishes while you"):
        save(group_sheet, priya, (other, 1))
    assert stored(group_sheet) == {"A": 1}
    save(group_sheet, priya, (other, 1), version=1)
    ballot = Ballot.objects.get()
    assert (ballot.group, ballot.updated_by, ballot.version) == (owls, priya, 2)


def test_two_of_a_group_who_save_the_same_are_both_told_it_is_saved(
    group_sheet: Sheet, owls: Group, bob: User, priya: User
) -> None:
    (slot,) = make_slots(group_sheet, ("A",))
    save(group_sheet, bob, (slot, 1))
    save(group_sheet, priya, (slot, 1))
    assert Ballot.objects.get().version == 1


@pytest.mark.parametrize("rank", [0, -1, 1000, 9_999_999])
def test_a_rank_out_of_range_is_refused(
    rank: int, sheet: Sheet, slots: list[Slot], bob: User
) -> None:
    with pytest.raises(refusals.BadRank):
        save(sheet, bob, (slots[0], rank))


def test_slots_of_another_sheet_and_removed_ones_are_left_out(
    course: Course, sheet: Sheet, slots: list[Slot], bob: User
) -> None:
    (other,) = make_slots(make_sheet(course, title="Talks"), ("Talk",))
    gone = slots.pop()
    ranks = {slots[0].pk: 2, other.pk: 1, gone.pk: 3}
    gone.seats.all().delete()
    gone.delete()
    assert services.save_wishes(sheet=sheet, actor=bob, ranks=ranks, version=0) == 2
    assert stored(sheet) == {"DSPy": 1}


def refused(sheet: Sheet, actor: User, slot: Slot) -> type[Refusal]:
    with pytest.raises(Refusal) as caught:
        save(sheet, actor, (slot, 1))
    assert not Preference.objects.exists()
    return type(caught.value)


def test_who_may_not_wish(
    course: Course, sheet: Sheet, slots: list[Slot], group_sheet: Sheet, bob: User, erin: User,
    alice: User,
) -> None:  # fmt: skip
    assert refused(sheet, alice, slots[0]) is refusals.NotAStudent
    assert refused(sheet, erin, slots[0]) is refusals.AuditorsDoNotPresent
    (pitch,) = make_slots(group_sheet, ("Pitch",))
    assert refused(group_sheet, bob, pitch) is refusals.GroupNeeded
    sheet.is_for_some = True
    sheet.save()
    assert refused(sheet, bob, slots[0]) is refusals.NotForYou
    sheet.only_users.add(bob)
    save(sheet, bob, (slots[0], 1))


def test_when_one_may_not_wish(sheet: Sheet, slots: list[Slot], bob: User) -> None:
    later = timezone.now() + dt.timedelta(days=1)
    Sheet.objects.update(opens_at=later)
    assert refused(sheet, bob, slots[0]) is refusals.WishesNotOpen
    close(sheet)
    assert refused(sheet, bob, slots[0]) is refusals.WishesClosed
    Sheet.objects.update(method=Method.FIRST_COME)
    assert refused(sheet, bob, slots[0]) is refusals.NotByWishes


def test_a_sheet_that_never_closes_closes_when_it_is_published(
    sheet: Sheet, slots: list[Slot], bob: User
) -> None:
    Sheet.objects.update(closes_at=None, opens_at=None)
    sheet.runs.create(seed=1, published_at=timezone.now())
    assert refused(sheet, bob, slots[0]) is refusals.WishesClosed


def test_removing_a_slot_removes_the_wishes_for_it_alone(
    sheet: Sheet, slots: list[Slot], bob: User
) -> None:
    save(sheet, bob, (slots[0], 1), (slots[1], 2))
    slots[0].seats.all().delete()
    slots[0].delete()
    assert queries.ranks_of(Ballot.objects.get()) == {slots[1].pk: 1}


def test_days_are_added_and_removed_and_told_to_staff_alone(course: Course, bob: User) -> None:
    days = [days_from_now(number) for number in (3, 4)]
    assert blackouts.change_blackouts(course=course, user=bob, add=days)
    assert not blackouts.change_blackouts(course=course, user=bob, add=days)
    assert blackouts.change_blackouts(course=course, user=bob, add=(), remove=days[:1])
    assert blackouts.blackouts_of(course) == {bob.pk: {days[1]}}
    assert {event.audience for event in Event.objects.all()} == {Audience.STAFF}
    assert Event.objects.count() == 2


def test_days_end_somewhere(course: Course, bob: User) -> None:
    start = dt.date(2026, 1, 1)
    with pytest.raises(refusals.BadDays, match="before the first"):
        blackouts.days_between(start, start - dt.timedelta(days=1))
    with pytest.raises(refusals.BadDays, match="At most 92"):
        blackouts.days_between(start, dt.date(9999, 12, 31))
    many = [start + dt.timedelta(days=one) for one in range(251)]
    with pytest.raises(refusals.BadDays, match="more than 250"):
        blackouts.change_blackouts(course=course, user=bob, add=many)
    assert not Blackout.objects.exists()


def test_staff_fix_a_place_once_and_leave_it_to_the_wishes_again(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User
) -> None:
    for _twice in range(2):
        services.fix_place(slot=slots[0], presenter=bob, actor=alice)
    fixed = FixedPlace.objects.get()
    with pytest.raises(refusals.CannotFix, match="Every seat of DSPy"):
        services.fix_place(slot=slots[0], presenter=priya, actor=alice)
    assert services.unfix_place(fixed=fixed, actor=alice)
    assert not services.unfix_place(fixed=fixed, actor=alice)
    services.fix_place(slot=slots[0], presenter=priya, actor=alice)


def test_only_who_takes_part_can_be_fixed_and_only_where_they_do_not_sit(
    sheet: Sheet, slots: list[Slot], owls: Group, bob: User, erin: User, alice: User
) -> None:
    for who in (owls, erin):
        with pytest.raises(refusals.CannotFix, match="takes no part"):
            services.fix_place(slot=slots[0], presenter=who, actor=alice)
    SignUp.objects.create(slot=slots[0], seat=slots[0].seats.get(), user=bob, created_by=alice)
    with pytest.raises(refusals.CannotFix, match="Bob Baker has DSPy"):
        services.fix_place(slot=slots[0], presenter=bob, actor=alice)


def test_who_leaves_the_group_wishes_with_it_no_more(
    group_sheet: Sheet, owls: Group, bob: User
) -> None:
    (slot,) = make_slots(group_sheet, ("A",))
    save(group_sheet, bob, (slot, 1))
    GroupMember.objects.filter(user=bob).delete()
    with pytest.raises(refusals.GroupNeeded):
        save(group_sheet, bob, version=1)
    assert stored(group_sheet) == {"A": 1}
