"""Pages of courses and their people."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses import queries, services
from readings.courses.access import (
    LINKS_IN_SESSION,
    Access,
    for_instructors,
    for_members,
)
from readings.courses.forms import CourseForm, RoleForm
from readings.courses.models import Course, Membership, Role, Visibility


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Your courses; for a visitor what this is, and the public ones."""
    user = request.user if isinstance(request.user, User) else None
    mine = queries.courses_of(user) if user else []
    known = {membership.course_id for membership in mine}
    context = {
        "memberships": mine,
        "templates": queries.templates_of(user) if user else [],
        "public_courses": [one for one in queries.public_courses() if one.pk not in known],
        "sample_people": queries.sample_people() if settings.DEMO else [],
    }
    return render(request, "courses/index.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Make a course; whoever makes it teaches it."""
    user = cast(User, request.user)
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        course = services.create_course(instructor=user, **form.cleaned_data)
        return redirect("pages:schedule", course.slug)
    taught = [one.course for one in queries.courses_of(user) if one.role == Role.INSTRUCTOR]
    context = {"form": form, "templates": queries.templates_of(user), "taught": taught}
    return render(request, "courses/new.html", context)


@for_instructors
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, access: Access) -> HttpResponseBase:
    """What a course is, and who may look at it."""
    course = access.course
    form = CourseForm(request.POST or None, instance=Course.objects.get(pk=course.pk))
    if request.method == "POST" and form.is_valid():
        services.update_course(course=course, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("courses:settings", course.slug)
    context = {
        "form": form,
        "section": "settings",
        "view_link": request.build_absolute_uri(
            reverse("courses:open_link", args=[course.view_token])
        ),
        "by_link": course.visibility == Visibility.LINK,
    }
    return render(request, "courses/settings.html", context)


@for_instructors
@require_POST
def renew_link(request: HttpRequest, access: Access, which: str) -> HttpResponseBase:
    """Make the old secret address worthless."""
    if which == "view":
        services.renew_view_token(course=access.course)
        back = "courses:settings"
    else:
        services.renew_join_token(course=access.course)
        back = "courses:people"
    messages.success(request, "The old link no longer works. Share the new one.")
    return redirect(back, access.course.slug)


@require_GET
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The secret address of a course: remember that this visitor holds it."""
    course = get_object_or_404(
        Course,
        view_token=token,
        visibility__in=[Visibility.LINK, Visibility.PUBLIC],
        is_template=False,
    )
    if course.visibility == Visibility.LINK:
        request.session[LINKS_IN_SESSION] = {
            **request.session.get(LINKS_IN_SESSION, {}),
            str(course.pk): token,
        }
    return redirect("pages:schedule", course.slug)


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """The join link: says which course it is, and one press joins."""
    course = get_object_or_404(Course, join_token=token, is_template=False)
    user = request.user if isinstance(request.user, User) else None
    if user is not None and Membership.objects.filter(course=course, user=user).exists():
        return redirect("pages:schedule", course.slug)
    if request.method == "POST":
        if user is None:
            return redirect_to_login(request.get_full_path())
        services.join_course(course=course, user=user)
        messages.success(request, f"You are enrolled in {course.title}.")
        return redirect("pages:schedule", course.slug)
    context = {"course": course, "teachers": queries.teachers_of(course)}
    return render(request, "courses/join.html", context)


@for_members
@require_GET
def people(request: HttpRequest, access: Access) -> HttpResponse:
    """Who belongs to the course, in which role, in which group."""
    course = access.course
    groups = queries.group_names(course)
    rows = [
        (membership, groups.get(membership.user_id, "")) for membership in queries.people_of(course)
    ]
    context = {
        "rows": rows,
        "roles": Role.choices,
        "section": "people",
        "join_link": request.build_absolute_uri(reverse("courses:join", args=[course.join_token])),
    }
    return render(request, "courses/people.html", context)


@for_instructors
@require_POST
def set_role(request: HttpRequest, access: Access, membership_id: int) -> HttpResponseBase:
    """Give a member another role."""
    membership = _membership(access, membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        services.change_role(membership=membership, role=Role(form.cleaned_data["role"]))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("courses:people", access.course.slug)


@for_instructors
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, access: Access, membership_id: int) -> HttpResponseBase:
    """End a membership, after saying what that means."""
    membership = _membership(access, membership_id)
    if request.method == "POST":
        try:
            services.remove_member(membership=membership)
            messages.success(request, f"{membership.user} is no longer in this course.")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("courses:people", access.course.slug)
    context = {"membership": membership, "section": "people"}
    return render(request, "courses/remove.html", context)


def _membership(access: Access, membership_id: int) -> Membership:
    return get_object_or_404(
        Membership.objects.select_related("user"), course=access.course, pk=membership_id
    )
