"""The registry in which Django finds every package's models."""

from readings.accounts.models import User
from readings.core.models import Heartbeat
from readings.courses.models import Course, Event, Group, GroupMember, Membership
from readings.discussion.models import Comment, Discussion, Thread
from readings.imports.models import Import, Source
from readings.notes.models import Note, Revision
from readings.papers.models import Fetch, Pace, Page, Paper, PaperVersion
from readings.presentations.models import Seat, SignUp, Slot
from readings.schedule.models import AgendaItem, Meeting, Reading, ReadingLink, Week

__all__ = [
    "AgendaItem",
    "Comment",
    "Course",
    "Discussion",
    "Event",
    "Fetch",
    "Group",
    "GroupMember",
    "Heartbeat",
    "Import",
    "Meeting",
    "Membership",
    "Note",
    "Pace",
    "Page",
    "Paper",
    "PaperVersion",
    "Reading",
    "ReadingLink",
    "Revision",
    "Seat",
    "SignUp",
    "Slot",
    "Source",
    "Thread",
    "User",
    "Week",
]
