"""The registry of what an operator may look at and mend in Django's admin.

People use the product's own pages.  What is written through services (notes, comments, sign-ups)
is shown here and not changed.
"""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from readings.accounts.models import User
from readings.courses.models import Course, Event, Membership
from readings.papers.models import Fetch, Paper
from readings.reading_lists.models import TitleMatch


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only services write."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Nobody adds one here."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody changes one here."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody deletes one here."""
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People: reset a password, close an account."""

    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "is_sample", "created_at")
    list_filter = ("is_active", "is_staff", "is_sample")
    search_fields = ("email", "name")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        ("What they may do", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Courses, found by title or address."""

    list_display = ("title", "slug", "term", "visibility", "created_at")
    list_filter = ("visibility",)
    search_fields = ("title", "slug", "code")
    readonly_fields = ("version", "view_token", "join_token")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who is in which course: to give a course an instructor when it has lost its last one."""

    list_display = ("course", "user", "role")
    list_filter = ("role",)
    list_select_related = ("course", "user")
    autocomplete_fields = ("course", "user")


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    """What is known of each work."""

    list_display = ("title", "identifier", "origin", "updated_at")
    list_filter = ("origin", "kind")
    search_fields = ("title", "arxiv_id", "doi", "url")


@admin.register(Fetch)
class FetchAdmin(ReadOnlyAdmin):
    """Work that is owed, at work, done or failed."""

    list_display = ("paper", "stage", "state", "reason", "attempts", "next_attempt_at")
    list_filter = ("state", "stage")
    list_select_related = ("paper",)


@admin.register(TitleMatch)
class TitleMatchAdmin(ReadOnlyAdmin):
    """Searches by title that are owed, and what they found."""

    list_display = ("entry", "state", "title", "confidence", "reason", "attempts", "due_at")
    list_filter = ("state",)
    list_select_related = ("entry__reading__paper",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The change log of every course."""

    list_display = ("summary", "course", "kind", "audience", "created_at")
    list_filter = ("kind", "audience")
    list_select_related = ("course",)
