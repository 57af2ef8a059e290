"""What the pages of projects read, and what the board and the page of groups show of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils.safestring import SafeString

from readings.core.markdown import render_markdown, trusted
from readings.courses.access import Access
from readings.courses.groups.holding import Holding
from readings.courses.groups.limits import Limits
from readings.courses.groups.queries import natural
from readings.courses.models import Course, Group, GroupMember
from readings.presentations import queries
from readings.presentations.models import Sheet, SignUp, Slot, TakenBy
from readings.presentations.projects.addresses import host_of
from readings.presentations.projects.models import Project
from readings.schedule.models import Status


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the web: what it is called and where it leads."""

    url: str
    title: str
    host: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A slot that the group holds."""

    name: str  # "Pitch 1"
    when: str  # "Wed Sep 17, 10:30"
    is_off: bool  # a holiday, or cancelled
    url: str  # of its card


@dataclass(frozen=True)
class ProjectPage:
    """Everything the page of one project shows."""

    group: Group
    members: list[str]
    is_mine: bool
    may_write: bool
    project: Project | None
    parts: list[tuple[str, SafeString | str]]  # "Pitch" and its HTML; empty: not written yet
    repository: Link | None
    links: list[Link]
    talks: list[Talk]


@dataclass(frozen=True)
class IndexRow:
    """One group in the list of projects."""

    group: Group
    members: list[str]
    is_mine: bool
    project: Project | None
    repository: Link | None


@dataclass(slots=True)
class OnCard:
    """The project of a group that holds the slot of a card."""

    title: str  # empty: not begun, and the group is one's own
    group: str
    url: str


def project_page(access: Access, group: Group) -> ProjectPage:
    """The page of the group's project for ``access``."""
    project = Project.objects.filter(group=group).select_related("updated_by").first()
    members = list(GroupMember.objects.filter(group=group).select_related("user").order_by("pk"))
    is_mine = any(member.user_id == access.member.pk for member in members)
    return ProjectPage(
        group=group,
        members=[member.user.display_name for member in members],
        is_mine=is_mine,
        may_write=is_mine or access.is_staff,
        project=project,
        parts=rendered_parts(project) if project else [],
        repository=_repository(project),
        links=[
            Link(link["url"], link.get("title") or host_of(link["url"]), host_of(link["url"]))
            for link in (project.links if project else [])
        ],
        talks=_talks(access, group),
    )


def rendered_parts(texts: Project) -> list[tuple[str, SafeString | str]]:
    """Headings of the three texts and their HTML, made when it is looked at: they are short."""
    return [
        (heading, trusted(render_markdown(text)) if text else "")
        for heading, text in (
            ("Pitch", texts.pitch),
            ("Update", texts.update),
            ("Final", texts.final),
        )
    ]


def project_index(access: Access) -> list[IndexRow]:
    """All groups with their projects, one's own first, in two queries."""
    members = GroupMember.objects.select_related("user").order_by("pk")
    groups = (
        Group.objects.filter(course=access.course)
        .select_related("project")
        .defer("project__pitch", "project__update", "project__final")
        .prefetch_related(Prefetch("members", queryset=members))
    )
    rows = [_row(access, group) for group in groups]
    return sorted(rows, key=lambda row: (not row.is_mine, natural(row.group.name)))


def on_cards(access: Access, slots: Sequence[Slot]) -> dict[int, list[OnCard]]:
    """Slot to the projects of the groups that hold it, in one query."""
    if not access.is_member:
        return {}
    mine = GroupMember.objects.filter(group=OuterRef("group"), user=access.member)
    sign_ups = (
        SignUp.objects.filter(slot__in=[slot.pk for slot in slots], group__isnull=False)
        .select_related("group__project")
        .only("slot_id", "group__name", "group__project__title")
        .annotate(is_my_groups=Exists(mine))
        .order_by("seat__number")
    )
    page = reverse("projects:project", args=[access.course.slug, 0])
    found: dict[int, list[OnCard]] = defaultdict(list)
    for sign_up in sign_ups:
        group = sign_up.group
        project = getattr(group, "project", None)
        if group is not None and (project is not None or sign_up.is_my_groups):
            url = page.replace("/0/", f"/{group.pk}/")
            title = project.title if project else ""
            found[sign_up.slot_id].append(OnCard(title, group.name, url))
    return dict(found)


def holdings_of(groups: Collection[int]) -> dict[int, Holding]:
    """What groups hold, for the page of groups: seats by date, and a project; two queries."""
    found: dict[int, Holding] = defaultdict(Holding)
    for sign_up in queries.in_order_of_slots(
        queries.with_slot(SignUp.objects.filter(group__in=groups))
    ):
        if sign_up.group_id is not None:
            found[sign_up.group_id].seats.append(queries.describe(sign_up.slot))
    for group, title in Project.objects.filter(group__in=groups).values_list("group", "title"):
        found[group].project = title
    return dict(found)


def sizes_of(course: Course) -> list[Limits]:
    """The sizes that the sheets for groups want, of those that say any; one query."""
    sheets = Sheet.objects.filter(course=course, taken_by=TakenBy.GROUP)
    sizes = sheets.order_by("pk").values_list("fewest_members", "most_members")
    return [Limits(fewest, most) for fewest, most in sizes if fewest or most]


def _talks(access: Access, group: Group) -> list[Talk]:
    page = reverse("presentations:sign_ups", args=[access.course.slug])
    talks = []
    for sign_up in queries.in_order_of_slots(queries.with_slot(SignUp.objects.filter(group=group))):
        meeting = sign_up.slot.agenda_item.meeting
        talks.append(
            Talk(
                name=queries.name_of(sign_up.slot),
                when=queries.when_of(sign_up.slot),
                is_off=meeting is not None and meeting.status != Status.CLASS,
                url=f"{page}#slot-{sign_up.slot_id}",
            )
        )
    return talks


def _repository(project: Project | None) -> Link | None:
    if project is None or not project.repository:
        return None
    host = host_of(project.repository)
    return Link(project.repository, project.repository.partition("://")[2], host)


def _row(access: Access, group: Group) -> IndexRow:
    members = [member.user for member in group.members.all()]
    project = getattr(group, "project", None)
    return IndexRow(
        group=group,
        members=[member.display_name for member in members],
        is_mine=access.user in members,
        project=project,
        repository=_repository(project),
    )
