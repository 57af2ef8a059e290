"""Pages of groups for students: form one, join it by its link, invite, leave."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members
from readings.courses.groups import inviting, queries, services
from readings.courses.groups.forms import InviteForm, NewGroupForm, RenameForm
from readings.courses.groups.refusals import NameTaken, NoName
from readings.courses.groups.showing import Refused, at_group, own_group, show_groups
from readings.courses.models import Group, GroupInvitation


@for_members
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, access: Access) -> HttpResponseBase:
    """All groups; a POST forms one."""
    form = NewGroupForm(request.POST or None)
    if request.method != "POST":
        return show_groups(request, access)
    if form.is_valid():
        try:
            group = services.form_group(
                course=access.course, name=form.cleaned_data["name"], actor=access.member
            )
        except (NameTaken, NoName) as refusal:
            form.add_error("name", str(refusal))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("courses:groups", access.course.slug)
        else:
            messages.success(request, f"{group.name} is formed.")
            return redirect(at_group(group))
    return show_groups(request, access, Refused(new=form))


@for_members
@require_POST
def rename(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Give a group another name: its members and staff may."""
    group = own_group(access, group_id)
    form = RenameForm(request.POST, auto_id=f"group-{group.pk}-%s")
    if form.is_valid():
        try:
            services.rename_group(group=group, name=form.cleaned_data["name"], actor=access.member)
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect(at_group(group))
    return show_groups(request, access, Refused(renaming=(group_id, form)))


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
    group = own_group(access, group_id)
    services.renew_join_link(group=group, actor=access.member)
    messages.success(request, f"The old link of {group.name} no longer works.")
    return redirect(at_group(group))


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
    context = {"card": card, "mine": page.mine, "page": page, "section": "signups"}
    return render(request, "courses/join_group.html", context)


@for_members
@require_POST
def join_empty(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Join a group in which nobody is."""
    group = get_object_or_404(Group, course=access.course, pk=group_id)
    try:
        services.join_empty_group(group=group, actor=access.member)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("courses:groups", access.course.slug)
    messages.success(request, f"You are now in {group.name}.")
    return redirect(at_group(group))


@for_members
@require_POST
def invite(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Ask a student who is in no group to join one's own."""
    group = get_object_or_404(Group, course=access.course, pk=group_id, members__user=access.member)
    form = InviteForm(access.course, request.POST, auto_id="invite-%s")
    if form.is_valid():
        student = form.cleaned_data["student"]
        try:
            is_new = inviting.invite_student(group=group, student=student, actor=access.member)
        except Refusal as refusal:
            form.add_error("student", str(refusal))
        else:
            was = "invited" if is_new else "invited already"
            messages.success(request, f"{student.display_name} is {was}.")
            return redirect("courses:groups", access.course.slug)
    return show_groups(request, access, Refused(inviting=form))


@for_members
@require_POST
def answer(
    request: HttpRequest, access: Access, invitation_id: int, answer: str
) -> HttpResponseBase:
    """Accept, decline or withdraw an invitation: those whom it concerns."""
    concerned = {"user": access.member} if answer != "withdraw" else {}
    invitation = (
        GroupInvitation.objects.filter(pk=invitation_id, group__course=access.course, **concerned)
        .select_related("group__course", "user", "invited_by")
        .first()
    )
    if answer not in ("accept", "decline", "withdraw"):
        raise Http404
    if invitation is None:
        messages.error(
            request, "This invitation is no longer there: it was answered or withdrawn already."
        )
        return redirect("courses:groups", access.course.slug)
    try:
        said = _answer(access, invitation, answer)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("courses:groups", access.course.slug)


def _answer(access: Access, invitation: GroupInvitation, answer: str) -> str:
    if answer == "accept":
        group = inviting.accept_invitation(invitation=invitation, actor=access.member)
        return f"You are now in {group.name}."
    if answer == "decline":
        inviting.decline_invitation(invitation=invitation, actor=access.member)
        return f"You declined. You can still join {invitation.group.name} by its link."
    own_group(access, invitation.group_id)
    inviting.withdraw_invitation(invitation=invitation, actor=access.member)
    return f"{invitation.user.display_name} is no longer invited."
