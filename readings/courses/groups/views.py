"""Pages of groups: form one, join it by its link, leave it; staff put everything right."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members, for_staff
from readings.courses.groups import queries, services
from readings.courses.groups.forms import NewGroupForm, PlaceForm, RenameForm
from readings.courses.models import Group


@for_members
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, access: Access) -> HttpResponseBase:
    """All groups; a POST forms one."""
    form = NewGroupForm(request.POST or None)
    if request.method != "POST":
        return _page(request, access, NewGroupForm())
    if form.is_valid():
        try:
            group = services.form_group(
                course=access.course, name=form.cleaned_data["name"], actor=access.member
            )
        except services.NameTaken as taken:
            form.add_error("name", str(taken))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("courses:groups", access.course.slug)
        else:
            messages.success(request, f"{group.name} is formed.")
            return redirect(_at(group))
    return _page(request, access, form)


@for_members
@require_POST
def rename(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Give a group another name: its members and staff may."""
    group = _own_group(access, group_id)
    form = RenameForm(request.POST, auto_id=f"group-{group.pk}-%s")
    if form.is_valid():
        try:
            services.rename_group(group=group, name=form.cleaned_data["name"], actor=access.member)
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect(_at(group))
    return _page(request, access, NewGroupForm(), renaming=(group_id, form))


@for_members
@require_POST
def leave(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Leave one's own group."""
    group = get_object_or_404(Group, course=access.course, pk=group_id)
    name = group.name
    try:
        services.leave_group(group=group, actor=access.member)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"You left {name}.")
    return redirect("courses:groups", access.course.slug)


@for_members
@require_POST
def renew_link(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Make the old join link of a group worthless."""
    group = _own_group(access, group_id)
    services.renew_join_link(group=group, actor=access.member)
    messages.success(request, f"The old link of {group.name} no longer works.")
    return redirect(_at(group))


@for_members
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, access: Access, token: str) -> HttpResponseBase:
    """What a group's link opens: who is in it, and a button to join them."""
    group = get_object_or_404(Group, course=access.course, join_token=token)
    if request.method == "POST":
        try:
            joined = services.join_group(group=group, actor=access.member)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            was = "now" if joined else "already"
            messages.success(request, f"You are {was} in {group.name}.")
        return redirect("courses:groups", access.course.slug)
    page = queries.groups_page(access)
    card = next((card for card in page.groups if card.group == group), None)
    if card is None:
        raise Http404
    context = {"card": card, "mine": page.mine, "section": "people"}
    return render(request, "courses/join_group.html", context)


@for_staff
@require_POST
def place(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Put ticked students into a group, or out of theirs."""
    form = PlaceForm(access.course, request.POST)
    if not form.is_valid():
        return _page(request, access, NewGroupForm(), placing=form)
    group = form.target
    try:
        moved = services.place_students(
            course=access.course,
            students=list(form.cleaned_data["students"]),
            group=group,
            actor=access.member,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        students = "1 student is" if moved == 1 else f"{moved} students are"
        messages.success(request, f"{students} now in {group.name if group else 'no group'}.")
    return redirect("courses:groups", access.course.slug)


@for_staff
@require_POST
def delete(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Delete an empty group."""
    group = get_object_or_404(Group, course=access.course, pk=group_id)
    name = group.name
    try:
        services.delete_group(group=group, actor=access.member)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{name} is deleted.")
    return redirect("courses:groups", access.course.slug)


def _own_group(access: Access, group_id: int) -> Group:
    """The group, for its members and for staff; for others a 404."""
    groups = Group.objects.filter(course=access.course)
    if not access.is_staff:
        groups = groups.filter(members__user=access.member)
    return get_object_or_404(groups, pk=group_id)


def _at(group: Group) -> str:
    return reverse("courses:groups", args=[group.course.slug]) + f"#group-{group.pk}"


def _page(
    request: HttpRequest,
    access: Access,
    new_form: NewGroupForm,
    *,
    renaming: tuple[int, RenameForm] | None = None,
    placing: PlaceForm | None = None,
) -> HttpResponse:
    """The page of all groups; a form that was refused stands in it as it was typed."""
    page = queries.groups_page(access)
    mine = page.mine
    may_form = access.is_staff or (access.owes_notes and mine is None)
    link = (
        request.build_absolute_uri(
            reverse("courses:join_group", args=[access.course.slug, mine.group.join_token])
        )
        if mine
        else ""
    )
    refused_at, rename_form = renaming or (None, None)
    context = {
        "groups": page.groups,
        "without": page.without,
        "mine": mine,
        "join_link": link,
        "new_form": new_form if may_form else None,
        "refused_at": refused_at,
        "rename_form": rename_form,
        "place_form": (placing or PlaceForm(access.course)) if access.is_staff else None,
        "section": "people",
    }
    return render(request, "courses/groups.html", context)
