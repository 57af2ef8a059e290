"""The registry in which Django finds every package's models."""

from readings.accounts.models import User
from readings.calendars.models import CalendarEntry
from readings.core.models import Heartbeat
from readings.courses.models import Course, Event, Group, GroupMember, Membership
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
from readings.presentations.models import Seat, SignUp, Slot
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
    "Attachment",
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
    "Group",
    "GroupMember",
    "Heartbeat",
    "Import",
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
    "Reading",
    "ReadingLink",
    "ReadingList",
    "Remark",
    "Reminder",
    "Revision",
    "RoleSeat",
    "Seat",
    "Section",
    "SignUp",
    "Slot",
    "Source",
    "Step",
    "TemplateVersion",
    "Thread",
    "TitleMatch",
    "User",
    "Week",
]
