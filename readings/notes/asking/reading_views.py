"""What single readings ask, all on one page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from readings.core.arrival import arrived_at
from readings.courses.access import Access, for_instructors
from readings.notes.asking import queries, rules_services
from readings.notes.asking.rules_forms import ReadingRow
from readings.notes.duties import duties_of, policy_row
from readings.notes.models import NoteTemplate


@for_instructors
@require_http_methods(["GET", "POST"])
def readings(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Template, deadline and skips of every reading, in the order of the schedule."""
    course = access.course
    policy = policy_row(course)
    planned = queries.planned_notes(course)
    own = (one.assignment.template_id for one in planned if one.assignment)
    templates = queries.offered_templates(course, policy.template_id, *own)
    choices = _choices(templates, policy.template_id)
    data = request.POST if request.method == "POST" else None
    rows = [ReadingRow(course, one, choices, data) for one in planned]
    refusal = ""
    # A reading that came into the schedule since the form was shown has nothing to say.
    sent = {row.planned.reading.pk: row for row in rows if row.is_shown}
    if data is not None and all(row.is_valid() for row in sent.values()):
        try:
            number = rules_services.assign(
                course=course,
                actor=access.member,
                rules={pk: row.rules for pk, row in sent.items()},
                seen={pk: row.seen for pk, row in sent.items()},
                now=arrived_at(request),
            )
        except rules_services.ReadingsChanged as changed:
            refusal = str(changed)
            for pk in changed.ids:
                sent[pk].is_changed_by_others = True
                sent[pk].seen = rules_services.ReadingRules.of(sent[pk].planned.assignment).seen
        else:
            _say(request, number, rows)
            return redirect("asking:readings", course.slug)
    duties = duties_of(course, policy.rules)
    context = {
        "rows": [(row, duties.get(row.planned.reading.pk)) for row in rows],
        "is_refused": data is not None and not refusal,
        "refusal": refusal,
        "section": "notes",
    }
    return render(request, "asking/readings.html", context)


def _say(request: HttpRequest, number: int, rows: list[ReadingRow]) -> None:
    readings = f"{number} reading{'s' if number != 1 else ''}"
    messages.success(request, f"Saved: {readings} changed." if number else "Nothing was changed.")
    for row in rows:
        if row.remark and row.has_changed():
            messages.warning(request, row.remark)


def _choices(templates: list[NoteTemplate], usual: int | None) -> list[tuple[str, str]]:
    names = {one.pk: one.name for one in templates}
    first = f"The usual: {names.get(usual or 0, 'free text')}"
    # The usual one can be chosen for good, too; in words that tell the two apart.
    stays = {pk: f"{name}, also if the usual one changes" for pk, name in names.items()}
    rest = [(str(pk), stays[pk] if pk == usual else name) for pk, name in names.items()]
    return [("", first), *rest]
