"""The rules of a course's notes, and what they mean."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from readings.core.arrival import arrived_at
from readings.courses.access import Access, for_staff
from readings.notes.asking import queries, rules_services
from readings.notes.asking.effects import effects_of
from readings.notes.asking.meaning import clock_warnings, meaning_of
from readings.notes.asking.rules_forms import RulesForm
from readings.notes.asking.rules_services import SavedRules
from readings.notes.asking.starting_points import STARTING_POINTS, find_starting_point
from readings.notes.asking.wording import changes_in_words, rules_in_words
from readings.notes.duties import policy_row
from readings.notes.models import NotePolicy
from readings.notes.policy import Policy


@for_staff
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The rules; assistants look at them, instructors change them.

    Besides saving, the form can be tried: then it says what it would mean, and changes nothing.
    """
    stored = policy_row(access.course)
    if not access.is_instructor:
        if request.method == "POST":
            raise Http404
        return _page(request, access, stored.rules, stored.rules)
    templates = queries.offered_templates(access.course, stored.template_id)
    before, seen = stored.rules, rules_services.digest_of(stored)
    start = find_starting_point(request.GET.get("start", ""))
    if request.method == "GET":
        if start is not None:
            _fill(stored, start.policy)
        form = RulesForm(instance=stored, templates=templates)
        context = {"form": form, "seen": seen, "start": start}
        return _page(request, access, before, stored.rules, context)
    form = RulesForm(request.POST, instance=stored, templates=templates)
    seen = request.POST.get("seen", "")
    refusal = ""
    is_valid = form.is_valid()
    if is_valid and request.POST.get("do") != "try":
        try:
            saved = rules_services.save_rules(
                course=access.course,
                actor=access.member,
                values=form.cleaned_data,
                seen=seen,
                now=arrived_at(request),
            )
        except rules_services.RulesChanged as changed:
            refusal, seen = str(changed), rules_services.digest_of(policy_row(access.course))
        else:
            _say(request, access, saved, stored.rules)
            return redirect("asking:policy", access.course.slug)
    context = {"form": form, "seen": seen, "refusal": refusal, "is_tried": True}
    return _page(request, access, before, stored.rules if is_valid else None, context)


def _say(request: HttpRequest, access: Access, saved: SavedRules, policy: Policy) -> None:
    said = " ".join([*saved.sentences, saved.effects.words]).strip()
    messages.success(request, f"Saved. {said}".strip())
    for warning in clock_warnings(policy, queries.class_days(access.course), access.course.zone):
        messages.warning(request, warning)


def _fill(row: NotePolicy, policy: Policy) -> None:
    """Put ``policy`` into a row that is not saved; the seed of a lot that was drawn stays."""
    for field in fields(Policy):
        if field.name != "sample_seed":
            setattr(row, field.name, getattr(policy, field.name))


def _page(
    request: HttpRequest,
    access: Access,
    before: Policy,
    policy: Policy | None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page with what ``policy`` means (None: the form has errors), and what it would move."""
    course, now = access.course, arrived_at(request)
    shown: dict[str, Any] = {"section": "notes", "starting_points": STARTING_POINTS}
    if policy is not None:
        effects = effects_of(course, before, policy, now=now)
        shown |= {
            "rules": rules_in_words(policy),
            "changes": changes_in_words(before, policy),
            "effects": effects,
            "own_deadlines": queries.own_deadlines(course),
            "meaning": meaning_of(
                policy,
                queries.class_days(course),
                course.zone,
                today=now.astimezone(course.zone).date(),
                notes=effects.notes,
            ),
        }
    return render(request, "asking/rules.html", shown | (context or {}))
