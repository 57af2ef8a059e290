"""Who may do what in a course: the one place that decides.

A view of a course is wrapped in one of the decorators below.  It receives an ``Access`` instead
of a slug; whoever may not know that the course exists gets a 404.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, cast

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponseBase

from readings.accounts.models import User
from readings.courses.models import Course, Membership, Role, Visibility

P = ParamSpec("P")

STAFF = frozenset({Role.INSTRUCTOR, Role.ASSISTANT})

LINKS_IN_SESSION = "course_links"  # the secret addresses a visitor has opened: {course id: token}


@dataclass(frozen=True)
class Access:
    """What one person may do in one course."""

    course: Course
    user: User | None  # None: not signed in
    role: Role | None  # None: a visitor of a public course, or by its link

    @property
    def is_member(self) -> bool:
        """Sees names, notes and discussion."""
        return self.role is not None

    @property
    def is_staff(self) -> bool:
        """Plans, imports, reads drafts of nobody but marks of everybody."""
        return self.role in STAFF

    @property
    def is_instructor(self) -> bool:
        """Decides about people, visibility and the course itself."""
        return self.role == Role.INSTRUCTOR

    @property
    def owes_notes(self) -> bool:
        """Hands in notes and signs up: what students do, and nobody else must."""
        return self.role == Role.STUDENT

    @property
    def member(self) -> User:
        """The signed-in member; only for views that members alone reach."""
        if self.user is None:
            raise Http404
        return self.user


CourseView = Callable[Concatenate[HttpRequest, Access, P], HttpResponseBase]
SlugView = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def find_access(*, user: User | None, slug: str, links: dict[str, str] | None = None) -> Access:
    """What ``user`` may do in the course ``slug``.

    ``links`` are the secret addresses opened so far, course id to token.
    Raises ``Http404`` for everybody who may not know of the course.
    """
    courses = Course.objects.filter(slug=slug)
    if user is not None:
        mine = Membership.objects.filter(course=OuterRef("pk"), user=user)
        courses = courses.annotate(my_role=Subquery(mine.values("role")))
    course = courses.first()
    if course is None:
        raise Http404
    my_role = getattr(course, "my_role", None)
    role = Role(my_role) if my_role else None
    may_look = (
        role is not None
        or course.visibility == Visibility.PUBLIC
        or (
            course.visibility == Visibility.LINK
            and (links or {}).get(str(course.pk)) == course.view_token
        )
    )
    # A template is no course to be looked at, whatever its visibility says.
    if not may_look or (course.is_template and role is None):
        raise Http404
    return Access(course=course, user=user, role=role)


def _guard(allowed: Callable[[Access], bool]) -> Callable[[CourseView[P]], SlugView[P]]:
    def decorate(view: CourseView[P]) -> SlugView[P]:
        @functools.wraps(view)
        def wrapped(
            request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            user = request.user if isinstance(request.user, User) else None
            # An anonymous reader of a public course has no session to be looked up.
            links = request.session.get(LINKS_IN_SESSION) if _has_session(request) else None
            access = find_access(user=user, slug=slug, links=links)
            request.access = access  # type: ignore[attr-defined]
            if not allowed(access):
                raise Http404
            return view(request, access, *args, **kwargs)

        # Django gives the slug by name; the type of a callable can only speak of its place.
        return cast("SlugView[P]", wrapped)

    return decorate


def _has_session(request: HttpRequest) -> bool:
    return request.session.session_key is not None


def for_visitors(view: CourseView[P]) -> SlugView[P]:
    """Everybody who may look at the course: members, and visitors of a public one."""
    return _guard(lambda _access: True)(view)


def for_members(view: CourseView[P]) -> SlugView[P]:
    """Members of any role."""
    return _guard(lambda access: access.is_member)(view)


def for_staff(view: CourseView[P]) -> SlugView[P]:
    """Instructors and assistants."""
    return _guard(lambda access: access.is_staff)(view)


def for_instructors(view: CourseView[P]) -> SlugView[P]:
    """Instructors."""
    return _guard(lambda access: access.is_instructor)(view)
