"""The registry in which Django finds every package's models."""

from readings.accounts.models import User
from readings.calendars.models import CalendarEntry
from readings.core.models import Heartbeat
from readings.courses.models import Course, Event, Group, GroupMember, Membership
from readings.discussion.models import Comment, Discussion, Thread
from readings.imports.models import DocumentFetch, Import, Source
from readings.notes.models import Note, Revision
from readings.papers.models import Fetch, Pace, Page, Paper, PaperVersion
from readings.planning.models import Draft, Step
from readings.presentations.models import Seat, SignUp, Slot
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
    "CalendarEntry",
    "Change",
    "Comment",
    "Course",
    "Discussion",
    "DocumentFetch",
    "Draft",
    "Entry",
    "Event",
    "Fetch",
    "Group",
    "GroupMember",
    "Heartbeat",
    "Import",
    "Meeting",
    "Membership",
    "Note",
    "Operation",
    "Pace",
    "Page",
    "Paper",
    "PaperVersion",
    "Reading",
    "ReadingLink",
    "ReadingList",
    "Revision",
    "Seat",
    "Section",
    "SignUp",
    "Slot",
    "Source",
    "Step",
    "Thread",
    "TitleMatch",
    "User",
    "Week",
]
