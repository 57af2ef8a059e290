"""The registry in which Django finds every package's models."""

from readings.accounts.models import User
from readings.calendars.models import CalendarEntry
from readings.core.models import Heartbeat
from readings.courses.models import (
    Course,
    Event,
    Group,
    GroupInvitation,
    GroupMember,
    Membership,
)
from readings.discussion.models import Comment, Discussion, Thread
from readings.imports.models import DocumentFetch, Import, Source
from readings.marking.models import Feedback, Remark
from readings.notes.models import (
    Appreciation,
    Assignment,
    Attachment,
    Exemption,
    Note,
    NotePolicy,
    NoteTemplate,
    Revision,
    RoleSeat,
    TemplateVersion,
)
from readings.papers.models import Fetch, Pace, Page, Paper, PaperVersion
from readings.planning.models import Draft, Step
from readings.presentations.day.models import Material, TalkFeedback, TalkMark
from readings.presentations.models import Blackout, Seat, Sheet, SignUp, Slot, Waiting
from readings.presentations.projects.models import Project
from readings.presentations.swaps.models import SwapRequest
from readings.presentations.wishes.models import (
    AssignmentRun,
    Ballot,
    FixedPlace,
    Preference,
)
from readings.progress.models import Reminder
from readings.reading_lists.models import Entry, ReadingList, Section, TitleMatch
from readings.schedule.models import (
    AgendaItem,
    Change,
    Meeting,
    Operation,
    Reading,
    ReadingLink,
    Week,
)

__all__ = [
    "AgendaItem",
    "Appreciation",
    "Assignment",
    "AssignmentRun",
    "Attachment",
    "Ballot",
    "Blackout",
    "CalendarEntry",
    "Change",
    "Comment",
    "Course",
    "Discussion",
    "DocumentFetch",
    "Draft",
    "Entry",
    "Event",
    "Exemption",
    "Feedback",
    "Fetch",
    "FixedPlace",
    "Group",
    "GroupInvitation",
    "GroupMember",
    "Heartbeat",
    "Import",
    "Material",
    "Meeting",
    "Membership",
    "Note",
    "NotePolicy",
    "NoteTemplate",
    "Operation",
    "Pace",
    "Page",
    "Paper",
    "PaperVersion",
    "Preference",
    "Project",
    "Reading",
    "ReadingLink",
    "ReadingList",
    "Remark",
    "Reminder",
    "Revision",
    "RoleSeat",
    "Seat",
    "Section",
    "Sheet",
    "SignUp",
    "Slot",
    "Source",
    "Step",
    "SwapRequest",
    "TalkFeedback",
    "TalkMark",
    "TemplateVersion",
    "Thread",
    "TitleMatch",
    "User",
    "Waiting",
    "Week",
]
