"""Forms of the plan."""

from __future__ import annotations

from typing import Any

from django import forms

from readings.core.clock import short_date
from readings.courses.forms import DateInput, TimeInput
from readings.courses.models import Course
from readings.schedule.models import AgendaItem, Kind, Meeting, Reading, Stage, Week

STAGES = [("", "–"), *Stage.choices]


class WeekForm(forms.ModelForm[Week]):
    """What a week is about."""

    class Meta:
        model = Week
        fields = ["topic"]


class MeetingForm(forms.ModelForm[Meeting]):
    """When a class takes place, and whether it does."""

    class Meta:
        model = Meeting
        fields = ["meets_on", "meets_from", "meets_until", "status", "room"]
        labels = {"meets_on": "Date", "meets_from": "From", "meets_until": "Until"}
        widgets = {
            "meets_on": DateInput(),
            "meets_from": TimeInput(),
            "meets_until": TimeInput(),
            "status": forms.RadioSelect,
        }

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course

    def clean(self) -> dict[str, Any]:
        """Refuse a class that ends early, has a time and no date, or meets another one."""
        cleaned: dict[str, Any] = super().clean() or {}
        day, start, end = (
            cleaned.get("meets_on"),
            cleaned.get("meets_from"),
            cleaned.get("meets_until"),
        )
        if start and end and end <= start:
            self.add_error("meets_until", "Class would end before it starts.")
        if end and not start:
            self.add_error("meets_from", "Say when class starts, too.")
        if start and not day:
            self.add_error("meets_on", "A time needs a date.")
        if day and self._taken(cleaned):
            self.add_error("meets_on", "There is a class on that day at that time already.")
        return cleaned

    def _taken(self, cleaned: dict[str, Any]) -> bool:
        others = self.course.meetings.filter(
            meets_on=cleaned["meets_on"], meets_from=cleaned.get("meets_from")
        )
        return others.exclude(pk=self.instance.pk).exists()


class AddPapersForm(forms.Form):
    """Papers to put on the agenda, by links or ids."""

    papers = forms.CharField(
        label="Links or ids, one or many",
        max_length=50_000,
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "placeholder": "https://arxiv.org/abs/1706.03762\n2205.14135\n10.1145/3620665.3640366",
            }
        ),
        help_text="arXiv addresses and ids, DOIs, any web address. One a line, or with commas.",
    )
    required = forms.BooleanField(label="Everyone is to read them", required=False, initial=True)


class AddWordsForm(forms.Form):
    """Something on the agenda that is no reading."""

    text = forms.CharField(label="Words", max_length=300)
    kind = forms.ChoiceField(choices=Kind.choices, initial=Kind.LECTURE)
    stage = forms.ChoiceField(choices=STAGES, required=False)


class MeetingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A class of the course, or none."""

    def label_from_instance(self, obj: Meeting) -> str:
        """``Week 3: Wed Sep 10``."""
        day = short_date(obj.meets_on) if obj.meets_on else "no date"
        return f"Week {obj.week.number}: {day}"


class ItemForm(forms.ModelForm[AgendaItem]):
    """What an agenda item is, and where it stands."""

    class Meta:
        model = AgendaItem
        fields = ["meeting", "kind", "stage", "text", "portion", "is_spare", "is_pinned"]
        labels = {
            "is_spare": "Spare: gives way when a class is lost",
            "is_pinned": "Pinned: stays on its day",
            "portion": "Which part",
        }
        help_texts = {"portion": "Such as: chapters 1–3."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"] = MeetingField(
            label="Class",
            queryset=self.instance.course.meetings.select_related("week").order_by(
                "week__number", "position"
            ),
            empty_label="none: not scheduled",
            required=False,
        )
        self.fields["stage"] = forms.ChoiceField(choices=STAGES, required=False)
        if self.instance.reading_id:
            del self.fields["text"]
        else:
            del self.fields["portion"]
            self.fields["text"].required = True


class ReadingForm(forms.ModelForm[Reading]):
    """What a course says about a paper."""

    class Meta:
        model = Reading
        fields = ["label", "title", "required"]
        labels = {
            "label": "Short name",
            "title": "Title in this course",
            "required": "Everyone is to read it",
        }
        help_texts = {
            "label": "As in EffPagedAttn; shown in bold.",
            "title": "Only where the fetched title is wrong or missing.",
        }
