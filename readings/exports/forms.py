"""What to export, and what to say in it."""

from __future__ import annotations

from typing import Any

from django import forms

from readings.courses.models import Course
from readings.exports import documents
from readings.exports.term import Options


class ExportForm(forms.Form):
    """The choices of the page; nothing chosen is the schedule with links to notes."""

    what = forms.ChoiceField(label="What")
    authors = forms.BooleanField(label="Authors", required=False)
    years = forms.BooleanField(label="Years", required=False)
    notes = forms.BooleanField(label="Links to notes", required=False)
    presenters = forms.BooleanField(label="Presenters", required=False)

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course
        self.lists = {str(one.pk): one for one in course.reading_lists.order_by("position", "id")}
        choices = [("schedule", "The schedule")]
        choices += [(key, f"The list “{one.title}”") for key, one in self.lists.items()]
        if self.lists:
            choices.append(("all", "All of it, in one document"))
        self.what_field.choices = choices

    @property
    def what_field(self) -> forms.ChoiceField:
        """The field of what is exported."""
        field = self.fields["what"]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError("what is exported is a choice")
        return field

    @property
    def options(self) -> Options:
        """What was chosen; the usual things where nothing valid was."""
        if not self.is_valid():
            return Options()
        names = ("authors", "years", "notes", "presenters")
        return Options(**{name: self.cleaned_data[name] for name in names})

    @property
    def chosen(self) -> str:
        """What is to be exported."""
        return str(self.cleaned_data["what"]) if self.is_valid() else "schedule"

    def document(self) -> str:
        """The Markdown that was asked for."""
        if self.chosen in self.lists:
            return documents.list_document(self.lists[self.chosen], self.options)
        if self.chosen == "all":
            return documents.course_document(self.course, self.options)
        return documents.schedule_document(self.course, self.options)
