"""Who holds what on the sheets of a course, read at once, and what of it is against the rules."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.core.counting import count_of
from readings.courses.models import Course, Group, GroupMember, Membership, Role
from readings.presentations import queries
from readings.presentations.holding import held_slot, rules_of
from readings.presentations.models import Method, Sheet, SignUp, Slot
from readings.presentations.presenters import Key, key_of_row
from readings.presentations.rules import Held, Rules
from readings.presentations.sheets.terms import SheetTerms
from readings.presentations.windows import Phase


@dataclass(slots=True)
class Holder:
    """A person or a group with all that they hold on one sheet."""

    key: Key
    name: str
    sign_ups: list[SignUp] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)  # by date


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who has to hold more than they do."""

    name: str
    holds: int
    emails: tuple[str, ...]


@dataclass(slots=True)
class Standing:
    """All that the sentences about holders need."""

    sheets: dict[int, Sheet]
    slots: dict[int, Slot]  # in the order of the term
    sign_ups: list[SignUp]
    roles: dict[int, str]  # of the course's members
    people: list[User]  # its students, by name
    groups: dict[int, list[User]]  # members, of every group of the course
    group_names: dict[int, str]
    chosen: dict[int, set[int]]  # of a sheet for some: keys of users, or of groups

    def slots_on(self, sheet: Sheet) -> list[Slot]:
        """The slots of one sheet in order."""
        return [slot for slot in self.slots.values() if slot.sheet_id == sheet.pk]

    def holders(self, sheet: Sheet) -> list[Holder]:
        """Whoever holds something on the sheet, by name."""
        found: dict[Key, Holder] = {}
        for sign_up in self.sign_ups:
            slot = self.slots[sign_up.slot_id]
            if slot.sheet_id != sheet.pk:
                continue
            key = key_of_row(sign_up)
            holder = found.setdefault(key, Holder(key, queries.presenter_name(sign_up)))
            holder.sign_ups.append(sign_up)
            holder.held.append(held_slot(slot))
        for holder in found.values():
            holder.held.sort(key=lambda one: (one.day or dt.date.max, one.slot))
        return sorted(found.values(), key=lambda holder: holder.name.casefold())

    def missing(self, sheet: Sheet) -> list[Missing]:
        """Whoever has to hold more of the sheet than they do, by name."""
        if not sheet.must_hold:
            return []
        holds = {holder.key: len(holder.held) for holder in self.holders(sheet)}
        return [
            Missing(name, holds.get(key, 0), tuple(user.email for user in people))
            for key, name, people in self._concerned(sheet)
            if holds.get(key, 0) < sheet.must_hold
        ]

    def concerned(self, sheet: Sheet) -> int:
        """How many the sheet is for."""
        return len(self._concerned(sheet))

    def without_group(self, sheet: Sheet) -> int:
        """How many students cannot hold anything of a sheet for groups yet, being in none."""
        if not sheet.is_for_groups or sheet.is_for_some:
            return 0
        placed = {user.pk for people in self.groups.values() for user in people}
        return sum(user.pk not in placed for user in self.people)

    def has_closed(self, sheet: Sheet, now: dt.datetime) -> bool:
        """Whether nobody can take a seat of it any more, or hand in wishes."""
        if sheet.method == Method.WISHES:
            return sheet.closes_at is not None and sheet.closes_at <= now
        slots = self.slots_on(sheet)
        phases = {queries.window_of(slot).phase(now) for slot in slots}
        return bool(phases) and phases <= {Phase.CLOSED, Phase.OVER}

    def breaches(self, sheet: Sheet, terms: SheetTerms | None = None) -> list[tuple[Holder, str]]:
        """Who holds what the rules do not allow: those of the sheet, or those it is to get."""
        rules = terms.rules if terms else rules_of(sheet)
        chosen = self._chosen(sheet, terms)
        found = []
        for holder in self.holders(sheet):
            user, group = holder.key
            members = len(self.groups[group]) if group in self.groups else None
            sentences = breaches_of(rules, holder.held, members)
            if chosen is not None and (user or group or 0) not in chosen:
                sentences.append("is not among those the sheet is for")
            found += [(holder, sentence) for sentence in sentences]
        return found

    def _chosen(self, sheet: Sheet, terms: SheetTerms | None) -> Iterable[int] | None:
        if terms is None:
            return self.chosen[sheet.pk] if sheet.is_for_some else None
        if not terms.is_for_some:
            return None
        return terms.only_groups if sheet.is_for_groups else terms.only_users

    def _concerned(self, sheet: Sheet) -> list[tuple[Key, str, list[User]]]:
        chosen = self.chosen[sheet.pk] if sheet.is_for_some else None
        everybody: list[tuple[Key, str, list[User]]]
        if sheet.is_for_groups:
            everybody = [
                ((None, pk), self.group_names[pk], people)
                for pk, people in self.groups.items()
                if people
            ]
        else:
            everybody = [((user.pk, None), user.display_name, [user]) for user in self.people]
        return [
            one for one in everybody if chosen is None or (one[0][0] or one[0][1] or 0) in chosen
        ]


def read_standing(course: Course, sheet: Sheet | None = None) -> Standing:
    """Everything about one sheet, or about all: seven queries, however much there is."""
    sheets = Sheet.objects.filter(course=course)
    slots = queries.with_item(Slot.objects.filter(course=course))
    sign_ups = SignUp.objects.filter(slot__course=course).select_related("user", "group")
    if sheet is not None:
        sheets, slots = sheets.filter(pk=sheet.pk), slots.filter(sheet=sheet)
        sign_ups = sign_ups.filter(slot__sheet=sheet)
    found = {
        one.pk: one for one in sheets.prefetch_related("only_users", "only_groups").order_by("pk")
    }
    for one in found.values():
        one.course = course
    rows = {slot.pk: slot for slot in queries.in_order(slots) if slot.sheet_id in found}
    for slot in rows.values():
        slot.course, slot.sheet = course, found[slot.sheet_id]
    members = list(
        Membership.objects.filter(course=course)
        .select_related("user")
        .order_by("user__name", "user__email")
    )
    groups: dict[int, list[User]] = defaultdict(list)
    names = {}
    in_groups = GroupMember.objects.filter(course=course).select_related("user").order_by("pk")
    for group in Group.objects.filter(course=course):
        groups[group.pk], names[group.pk] = [], group.name
    for member in in_groups:
        groups[member.group_id].append(member.user)
    return Standing(
        sheets=found,
        slots=rows,
        sign_ups=[one for one in sign_ups.order_by("seat__number") if one.slot_id in rows],
        roles={member.user_id: member.role for member in members},
        people=[member.user for member in members if member.role == Role.STUDENT],
        groups=groups,
        group_names=names,
        chosen={
            one.pk: {
                who.pk
                for who in (one.only_groups.all() if one.is_for_groups else one.only_users.all())
            }
            for one in found.values()
        },
    )


def breaches_of(rules: Rules, held: Sequence[Held], members: int | None) -> list[str]:
    """What of ``held``, by date, is against the rules; ``members`` of a group."""
    found = []
    if rules.may_hold is not None and len(held) > rules.may_hold:
        names = ", ".join(one.name for one in held)
        found.append(f"holds {count_of(len(held), 'slot')}, may hold {rules.may_hold}: {names}")
    for one, other in itertools.pairwise(held):
        if one.day and other.day and rules.are_too_close(one.day, other.day):
            apart = count_of((other.day - one.day).days, "day")
            found.append(
                f"has {one.name} on {short_date(one.day)} and {other.name} on"
                f" {short_date(other.day)}, {apart} apart instead of {rules.days_apart}"
            )
    if members is not None and held:
        size = count_of(members, "member")
        if members and rules.fewest_members is not None and members < rules.fewest_members:
            found.append(f"has {size}, at least {rules.fewest_members} are wanted")
        if rules.most_members is not None and members > rules.most_members:
            found.append(f"has {size}, at most {rules.most_members} are allowed")
    return found
