"""What the keys of a record are for: ``presenter``, ``paper_url``, ``slides``."""

from __future__ import annotations

import re
from functools import lru_cache

Pattern = re.Pattern[str]


def _keys(*names: str) -> Pattern:
    """A pattern for whole keys in which ``-``, ``_`` and a space are one."""
    joined = "|".join(names).replace("_", "[-_ ]?")
    return re.compile(rf"(?:{joined})", re.IGNORECASE)


DATE = _keys("date", "dates", "day", "when", "datetime", "date_time", "scheduled", "meeting_date",
             "start", "start_date", "start_time", "held_on", "on")  # fmt: skip
TIME = _keys("time", "hour", "starts?_at", "start_time")
WEEK = _keys("week", "week_(?:number|no|num)", "wk")
NUMBER = _keys("(?:session|lecture|meeting|class|talk)?_?(?:number|no|num|nr)", "session",
               "lecture", "meeting", "class", "n", "index")  # fmt: skip
TITLE = _keys("title", "paper_title", "talk_title", "topic", "subject", "name", "paper", "talk",
              "headline", "lecture_title", "event", "theme")  # fmt: skip
NAME = _keys("title", "name", "type", "label", "text", "heading", "section", "topic", "category",
             "module", "unit", "part")  # fmt: skip
ROOT_TITLE = _keys("title", "course", "course_title", "name", "seminar")
SPEAKER = _keys("speakers?", "guests?", "invited_speakers?", "speaker_names?")
PRESENTER = _keys("presenters?", "presented_by", "presenter_names?", "leads?", "leaders?",
                  "discussants?", "discussion_leads?", "hosts?", "lecturers?", "instructors?",
                  "moderators?", "students?", "who")  # fmt: skip
AUTHORS = _keys("authors?", "paper_authors?", "by")
VENUE = _keys("venue", "conference", "journal", "booktitle", "published_in", "publication",
              "conf", "container_title", "source")  # fmt: skip
YEAR = _keys("year", "published", "publication_year", "pub_year", "issued")
NOTE = _keys("notes?", "comments?", "remarks?", "annotation", "why", "portion", "sections?",
             "pages", "chapters?")  # fmt: skip
IDS = _keys("arxiv", "arxiv_id", "eprint", "doi", "id", "paper_id", "identifier")
KIND = _keys("type", "kind", "format", "category", "activity", "status", "event_type")
CANCELLED = _keys("cancell?ed", "no_class", "holiday")
ADDRESS = _keys("url", "link", "href", "address", "src")
READINGS = _keys("papers?", "readings?", "articles?", "required", "optional", "literature",
                 "required_(?:papers?|readings?)", "optional_(?:papers?|readings?)",
                 "(?:further|additional|suggested|recommended)_(?:papers?|readings?)",
                 "references", "background", "materials?", "resources")  # fmt: skip
OPTIONAL_MARK = _keys("optional", "is_optional")
OPTIONAL = re.compile(r"optional|further|additional|suggested|recommended|background", re.I)
SESSIONS = _keys("sessions?", "schedule", "talks?", "meetings?", "lectures?", "classes", "weeks?",
                 "calendar", "events?", "days", "seminars?", "agenda")  # fmt: skip
# Names of lists that say nothing about what is in them.
PLAIN = _keys("items", "members", "entries", "data", "list", "papers?", "readings?", "articles?",
              "references", "content", "contents", "children")  # fmt: skip
#: What is said of a meeting beside its work, each as words of its own.
WORDS = (
    ("Due", _keys("due", "deadlines?", "assignments?", "homeworks?", "hw", "assigned")),
)  # fmt: skip
_LINKS = (
    ("paper", _keys("paper_(?:url|link)", "arxiv_(?:url|link)", "abs", "abstract_url")),
    ("pdf", _keys("pdf", "pdf_(?:url|link)", "paper_pdf")),
    ("slides", _keys("slides?(?:_(?:url|link|pdf))?", "decks?", "presentation", "pptx?")),
    ("video", _keys("videos?(?:_(?:url|link))?", "recordings?", "livestream", "youtube",
                    "stream", "zoom_recording")),
    ("code", _keys("code(?:_(?:url|link))?", "repo(?:sitory)?", "github", "implementation")),
    ("notes", _keys("notes?_(?:url|link)", "scribe(?:_notes?)?", "summary", "vibe_logs?",
                    "notes?")),
    ("post", _keys("blog(?:_?post)?", "post")),
    ("forum", _keys("discussion", "forum", "thread", "piazza")),
    ("link", _keys("links?", "urls?", "href", "paper", "papers", "reading", "readings", "website",
                   "page", "materials?", "resources", "external", "address", "doi", "event_url")),
)  # fmt: skip


@lru_cache(maxsize=512)
def role_of_key(key: str) -> str | None:
    """The role of the links under ``key``, ``link`` where it only says that they are; else None."""
    return next((role for role, pattern in _LINKS if pattern.fullmatch(key)), None)
