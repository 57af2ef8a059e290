"""Forms of sheets: their rules, and which slots to make for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, cast

from django import forms

from readings.accounts.models import User
from readings.courses.models import Course, Group, Membership, Role
from readings.presentations import queries
from readings.presentations.models import Method, Sheet, Slot, Swaps, TakenBy
from readings.presentations.sheets.adding import Wanted, Way
from readings.presentations.sheets.fields import (
    AgendaItemField,
    AgendaItemsField,
    LocalDateTimeField,
    PeopleField,
    check_window,
    set_zone,
)
from readings.presentations.sheets.queries import place_of, tech_talks_of
from readings.presentations.sheets.terms import (
    CHOSEN,
    COLUMNS,
    MAX_SEATS,
    MAX_SLOTS_A_MEETING,
    SheetTerms,
    Terms,
)
from readings.schedule.models import AgendaItem, Stage

ANY_STAGE: Final = "any"
READINGS, PRESENTATIONS, TALKS, ONE, NONE = "readings", "presentations", "talks", "one", "none"
_ALWAYS_SHOWN: Final = frozenset(
    {"title", "taken_by", "method", "opens_at", "closes_at", "must_hold", "may_hold"}
)


class SheetForm(forms.Form):
    """The rules of a sheet; ``terms`` gives them once the form is valid."""

    title = forms.CharField(max_length=80, help_text="What people sign up for, in two words.")
    taken_by = forms.ChoiceField(
        label="A seat is for",
        choices=[(TakenBy.PERSON, "one person"), (TakenBy.GROUP, "one group")],
        widget=forms.RadioSelect,
    )
    method = forms.ChoiceField(
        label="Given out",
        choices=[
            (Method.FIRST_COME, "first come, first served"),
            (Method.WISHES, "by ranked wishes, once sign-up has closed"),
        ],
        widget=forms.RadioSelect,
    )
    opens_at = LocalDateTimeField(label="Opens", required=False)
    closes_at = LocalDateTimeField(label="Closes", required=False)
    must_hold = forms.IntegerField(
        label="Each must hold", min_value=0, max_value=30, help_text="0: nobody has to."
    )
    may_hold = forms.IntegerField(
        label="Each may hold",
        min_value=1,
        max_value=100,
        required=False,
        help_text="Empty: as many as they like.",
    )
    days_apart = forms.IntegerField(
        label="Days between two of one's own",
        min_value=0,
        max_value=200,
        help_text="At least; 0: any two go together.",
    )
    fewest_members = forms.IntegerField(
        label="Fewest in a group", min_value=1, max_value=100, required=False
    )
    most_members = forms.IntegerField(
        label="Most in a group", min_value=1, max_value=100, required=False
    )
    has_waiting_list = forms.BooleanField(label="Keep a waiting list", required=False)
    fills_up = forms.BooleanField(
        label="Who gets none of their wishes is given what is left", required=False
    )
    swaps = forms.ChoiceField(label="Swapping and handing over", choices=Swaps.choices)
    auditors_too = forms.BooleanField(label="Auditors may present too", required=False)
    is_for_some = forms.BooleanField(label="Only for those ticked here", required=False)
    only_users = PeopleField(label="Persons", queryset=User.objects.none(), required=False)
    only_groups = forms.ModelMultipleChoiceField(
        label="Groups",
        queryset=Group.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    slides_due_hours = forms.IntegerField(
        label="Slides due, hours before class",
        min_value=0,
        max_value=1000,
        required=False,
        help_text="Empty: whenever they like.",
    )
    asks_class = forms.BooleanField(label="Ask the class what it thought", required=False)
    marks_out_of = forms.DecimalField(
        label="Marks out of",
        min_value=0,
        max_digits=5,
        decimal_places=1,
        required=False,
        help_text="Empty: no marks.",
    )

    def __init__(
        self, course: Course, *args: Any, sheet: Sheet | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._course, self._sheet = course, sheet
        set_zone(self, course, opens="at once", closes="when class is over")
        members = Membership.objects.filter(course=course, role__in=[Role.STUDENT, Role.AUDITOR])
        people = cast(PeopleField, self.fields["only_users"])
        people.queryset = User.objects.filter(memberships__in=members).order_by("name", "email")
        groups = cast("forms.ModelMultipleChoiceField[Group]", self.fields["only_groups"])
        groups.queryset = Group.objects.filter(course=course)

    def clean_title(self) -> str:
        """Refuse the title of another sheet."""
        title = str(self.cleaned_data["title"]).strip()
        others = Sheet.objects.filter(course=self._course, title=title)
        if (others.exclude(pk=self._sheet.pk) if self._sheet else others).exists():
            raise forms.ValidationError("Another sheet has this title.")
        return title

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself, at the field."""
        cleaned: dict[str, Any] = super().clean() or {}
        check_window(self, cleaned)
        must, may = cleaned.get("must_hold"), cleaned.get("may_hold")
        if must and may and may < must:
            self.add_error("may_hold", f"Each must hold {must}: they may hold that many at least.")
        fewest, most = cleaned.get("fewest_members"), cleaned.get("most_members")
        if fewest and most and most < fewest:
            self.add_error("most_members", f"The smallest group has {fewest} already.")
        chosen = "only_groups" if cleaned.get("taken_by") == TakenBy.GROUP else "only_users"
        if cleaned.get("is_for_some") and not cleaned.get(chosen) and chosen not in self.errors:
            self.add_error(chosen, "Tick at least one, or let the sheet be for everybody.")
        return cleaned

    @property
    def terms(self) -> SheetTerms:
        """What was filled in."""
        given = self.cleaned_data
        terms = SheetTerms(**{name: given[name] for name in COLUMNS})
        if not terms.is_for_some:
            return terms
        return replace(
            terms,
            only_users=frozenset(user.pk for user in given["only_users"]),
            only_groups=frozenset(group.pk for group in given["only_groups"]),
        )

    @property
    def has_hidden_errors(self) -> bool:
        """Whether something is wrong among the rules that are folded away."""
        return any(name not in _ALWAYS_SHOWN for name in self.errors)


def initial_of(terms: SheetTerms) -> dict[str, Any]:
    """The form's values for these rules."""
    return {name: getattr(terms, name) for name in (*COLUMNS, *CHOSEN)}


class SlotsForm(forms.Form):
    """Which slots to make: from one of the sources, each with so many seats and minutes."""

    source = forms.ChoiceField(label="Slots", widget=forms.RadioSelect)
    items = AgendaItemsField(label="Readings", queryset=AgendaItem.objects.none(), required=False)
    stage = forms.ChoiceField(label="On every class with", required=False)
    slots_each = forms.IntegerField(
        label="Slots in each class",
        min_value=1,
        max_value=MAX_SLOTS_A_MEETING,
        required=False,
        initial=4,
    )
    called = forms.CharField(
        label="Called",
        max_length=100,
        required=False,
        help_text="With a number after it. Empty: Pitch 1, Pitch 2 and so on.",
    )
    talks = AgendaItemsField(label="Tech talks", queryset=AgendaItem.objects.none(), required=False)
    item = AgendaItemField(
        label="What is presented",
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label="Choose…",
        help_text="The slot moves with it when it is moved to another class.",
    )
    slot_title = forms.CharField(
        label="Title of the slot",
        max_length=120,
        required=False,
        help_text="Empty: it is called as what stands on the agenda.",
    )
    seats = forms.IntegerField(
        label="Seats in each",
        min_value=1,
        max_value=MAX_SEATS,
        initial=1,
        help_text="How many present together.",
    )
    minutes = forms.IntegerField(label="Minutes each", min_value=1, max_value=600, required=False)

    def __init__(
        self, course: Course, *args: Any, sheet: Sheet | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        there = Slot.objects.filter(sheet=sheet) if sheet else Slot.objects.none()
        busy = there.values("agenda_item")
        readings = cast(AgendaItemsField, self.fields["items"])
        readings.queryset = queries.readings_to_lead(course).exclude(pk__in=busy)
        talks = cast(AgendaItemsField, self.fields["talks"])
        talks.queryset = tech_talks_of(course).exclude(pk__in=busy)
        # All that nobody is to present yet, on whatever sheet, are ticked.
        self.offered = {
            READINGS: list(readings.queryset.values_list("pk", "slots")),
            TALKS: list(talks.queryset.values_list("pk", "slots")),
        }
        readings.initial = [pk for pk, slot in self.offered[READINGS] if slot is None]
        talks.initial = [pk for pk, slot in self.offered[TALKS] if slot is None]
        cast(AgendaItemField, self.fields["item"]).queryset = queries.places_for_slots(course)
        self._presentations = queries.presentations_of(course)
        stages = list(dict.fromkeys(item.stage for item in self._presentations))
        choices = [(stage or ANY_STAGE, self._stage_words(stage)) for stage in stages]
        cast(forms.ChoiceField, self.fields["stage"]).choices = choices
        cast(forms.ChoiceField, self.fields["source"]).choices = self._sources(sheet)

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen source needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        needed = {
            READINGS: ("items", "Tick at least one reading."),
            TALKS: ("talks", "Tick at least one talk."),
            ONE: ("item", "Choose what is presented."),
            PRESENTATIONS: ("slots_each", "Say how many slots each class has."),
        }.get(cleaned.get("source", ""))
        if needed and not cleaned.get(needed[0]) and needed[0] not in self.errors:
            self.add_error(*needed)
        return cleaned

    @property
    def wanted(self) -> Wanted | None:
        """What was chosen; None: no slots yet."""
        given = self.cleaned_data
        titles = {PRESENTATIONS: given["called"], ONE: given["slot_title"]}
        terms = Terms(
            title=titles.get(given["source"], ""), seats=given["seats"], minutes=given["minutes"]
        )
        match given["source"]:
            case "readings":
                return Wanted(Way.ON_EACH, list(given["items"]), terms)
            case "talks":
                return Wanted(Way.ON_EACH, list(given["talks"]), terms)
            case "presentations":
                chosen = [
                    item
                    for item in self._presentations
                    if (item.stage or ANY_STAGE) == given["stage"]
                ]
                return Wanted(Way.FILL_UP, chosen, terms, given["slots_each"])
            case "one":
                return Wanted(Way.ONE_MORE, [given["item"]], terms)
            case _:
                return None

    def _sources(self, sheet: Sheet | None) -> list[tuple[str, str]]:
        sources = []
        if self.offered[READINGS]:
            sources.append((READINGS, "One on each reading"))
        if self._presentations:
            sources.append((PRESENTATIONS, "Several on each class with presentations"))
        if self.offered[TALKS]:
            sources.append((TALKS, "One on each tech talk"))
        sources.append((ONE, "One on a single item of the agenda"))
        return sources if sheet else [*sources, (NONE, "None yet")]

    @property
    def has_stages(self) -> bool:
        """Whether any class has presentations."""
        return bool(self._presentations)

    def _stage_words(self, stage: str) -> str:
        """``Pitch (Mon Oct 6, Wed Oct 8)``."""
        name = Stage(stage).label if stage else "presentations without a stage"
        days = [place_of(item) for item in self._presentations if item.stage == stage]
        return f"{name} ({', '.join(days)})"
