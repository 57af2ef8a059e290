"""Pages of groups for staff, who put everything right."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.courses.groups import filling, placing, services
from readings.courses.groups.forms import LimitsForm, MergeForm, PlaceForm, SeedForm
from readings.courses.groups.holding import holding_of
from readings.courses.groups.limits import limits_of
from readings.courses.groups.membership import size_of
from readings.courses.groups.proposing import ceiling
from readings.courses.groups.refusals import OtherProposal
from readings.courses.groups.showing import Refused, at_group, show_groups
from readings.courses.models import Group

FIRST_SEED = 1
CONFLICT = 409


@for_staff
@require_POST
def place(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Put ticked students into a group, or out of theirs."""
    form = PlaceForm(access.course, request.POST)
    if not form.is_valid():
        return show_groups(request, access, Refused(placing=form))
    group = form.target
    try:
        placed = placing.place_students(
            course=access.course,
            students=list(form.cleaned_data["students"]),
            group=group,
            actor=access.member,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        students = "1 student is" if placed.moved == 1 else f"{placed.moved} students are"
        messages.success(request, f"{students} now in {group.name if group else 'no group'}.")
        _warn(request, placed)
    return redirect("courses:groups", access.course.slug)


@for_staff
@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Propose groups for all who are in none; a POST does what was shown."""
    form = SeedForm(request.POST if request.method == "POST" else request.GET)
    seed = form.cleaned_data["seed"] if form.is_valid() else FIRST_SEED
    if request.method != "POST":
        return _proposal(request, access, seed)
    try:
        placed = filling.apply_filling(
            course=access.course,
            seed=seed,
            digest=form.cleaned_data.get("digest", ""),
            actor=access.member,
        )
    except OtherProposal as refusal:
        return _proposal(request, access, seed, refusal=str(refusal))
    students = "1 student is" if placed == 1 else f"{placed} students are"
    messages.success(request, f"{students} now in a group.")
    return redirect("courses:groups", access.course.slug)


@for_staff
@require_POST
def limits(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Say how many students a group is to have."""
    form = LimitsForm(request.POST, auto_id="limits-%s")
    if not form.is_valid():
        return show_groups(request, access, Refused(limits=form))
    if services.set_limits(course=access.course, limits=form.limits, actor=access.member):
        span = form.limits.span
        said = f"Groups are to have {span} students." if span else "Groups may be of any size."
        messages.success(request, said)
    return redirect("courses:groups", access.course.slug)


@for_staff
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Say what becomes of a group and ask; a POST makes it part of another one."""
    group = get_object_or_404(Group, course=access.course, pk=group_id)
    form = MergeForm(access.course, request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        messages.error(request, "Choose the group it is to be part of.")
        return redirect(at_group(group))
    into, name = form.cleaned_data["into"], group.name
    if request.method != "POST" and into != group:
        return _ask_to_merge(request, access, group, into)
    try:
        placed = placing.merge_groups(group=group, into=into, actor=access.member)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("courses:groups", access.course.slug)
    messages.success(request, f"{name} is part of {into.name} now.")
    _warn(request, placed)
    return redirect(at_group(into))


@for_staff
@require_POST
def delete(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Delete an empty group."""
    group = get_object_or_404(Group, course=access.course, pk=group_id)
    name = group.name
    try:
        placing.delete_group(group=group, actor=access.member)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{name} is deleted.")
    return redirect("courses:groups", access.course.slug)


def _warn(request: HttpRequest, placed: placing.Placed) -> None:
    for warning in placed.warnings:
        messages.warning(request, warning)


def _ask_to_merge(request: HttpRequest, access: Access, group: Group, into: Group) -> HttpResponse:
    moving, limits = size_of(group), limits_of(access.course)
    context = {
        "group": group,
        "into": into,
        "moving": moving,
        "holding": holding_of(group),
        "is_over": limits.is_over(size_of(into) + moving),
        "size_words": limits.words(size_of(into) + moving),
        "section": "signups",
    }
    return render(request, "courses/merge_groups.html", context)


def _proposal(request: HttpRequest, access: Access, seed: int, refusal: str = "") -> HttpResponse:
    """What is proposed now, with the names of who goes where."""
    found = filling.read_filling(access.course, seed)
    names = {key: student.display_name for key, student in found.students.items()}
    proposal = found.proposal
    context = {
        "found": found,
        "refusal": refusal,
        "joining": [
            (found.groups[key], [names[one] for one in students])
            for key, students in proposal.into.items()
        ],
        "new": [[names[one] for one in students] for students in proposal.new],
        "left_over": [names[one] for one in proposal.left_over],
        "largest": ceiling(found.limits),
        "next_seed": seed + 1,
        "section": "signups",
    }
    status = CONFLICT if refusal else 200
    return render(request, "courses/fill_groups.html", context, status=status)
