"""Puts down what the sample class has written: rows as the services would have left them.

Many rows at once, with times in the past, so not through the services: a class of thirty would take
minutes.  A test compares these rows with those of the services.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from readings.accounts.models import User
from readings.core.markdown import render_markdown
from readings.demo.class_talk import Conversation, Fate, Remark
from readings.discussion.models import Comment, Discussion, Thread
from readings.notes.models import Note, NoteState, Revision, TemplateVersion
from readings.notes.prompts import as_text, pieces, tidied
from readings.notes.writing_out import render_pieces
from readings.schedule.models import Reading

BATCH: Final = 500
SECOND_THOUGHT: Final = dt.timedelta(minutes=3)  # after which a remark is changed or taken back


@dataclass(frozen=True)
class WrittenNote:
    """A note as somebody submitted it."""

    reading: Reading
    author: User
    version: TemplateVersion  # what it answers
    answers: dict[str, Any]
    at: dt.datetime


@dataclass(frozen=True)
class Period:
    """A stretch of time in which things were said."""

    begins_at: dt.datetime
    ends_at: dt.datetime

    def instants(self, count: int, choose: Random) -> list[dt.datetime]:
        """``count`` instants within the period, in order."""
        length = (self.ends_at - self.begins_at).total_seconds()
        return sorted(
            self.begins_at + dt.timedelta(seconds=round(choose.uniform(0, length)))
            for _number in range(count)
        )


class Speakers:
    """Who says what: those who are named, and students who do not answer themselves."""

    def __init__(self, students: Sequence[User], named: Iterable[User], choose: Random) -> None:
        self._students = students
        self._named = {user.get_short_name(): user for user in named}
        self._choose = choose

    def speaker(self, remark: Remark, answered: User | None) -> User:
        """The author of ``remark``, which answers somebody's or nobody's."""
        if remark.by:
            return self._named[remark.by]
        others = [user for user in self._students if user != answered]
        return self._choose.choice(others or self._students)


def insert_notes(written: Sequence[WrittenNote]) -> None:
    """Submitted notes with their first revision."""
    written_out = [
        pieces(one.version.all_prompts, tidied(one.version.all_prompts, one.answers), {})
        for one in written
    ]
    notes = [
        Note(
            reading=one.reading,
            author=one.author,
            state=NoteState.SUBMITTED,
            version=one.version,
            draft=one.answers,
            answers=one.answers,
            draft_number=1,
            draft_saved_at=one.at,
            body=as_text(found, one.version.all_prompts),
            body_html=render_pieces(found, one.version.all_prompts),
            submitted_at=one.at,
            created_at=one.at,
        )
        for one, found in zip(written, written_out, strict=True)
    ]
    Note.objects.bulk_create(notes, BATCH)
    Revision.objects.bulk_create(
        [
            Revision(
                note=note,
                number=1,
                version=note.version,
                answers=note.answers,
                body=note.body,
                body_html=note.body_html,
                created_at=note.created_at,
            )
            for note in notes
        ],
        BATCH,
    )


def insert_discussion(
    reading: Reading,
    conversations: Sequence[Conversation],
    *,
    period: Period,
    speakers: Speakers,
    choose: Random,
) -> None:
    """The threads of a reading that has none yet, said within ``period``."""
    if not conversations:
        return
    discussion = Discussion.objects.create(reading=reading)
    comments: list[Comment] = []
    fates: dict[int, Fate] = {}  # by the comment's id() until it has a key
    for conversation in conversations:
        said = _conversation(reading, conversation, period, speakers, choose)
        comments += said
        fates |= {
            id(comment): remark.fate
            for comment, remark in zip(said, conversation.remarks, strict=True)
        }
    # Keys follow the time, as if one comment after the other had come in.
    comments.sort(key=lambda comment: comment.created_at)
    discussion.change_count = _number_changes(comments, fates)
    discussion.save(update_fields=["change_count"])
    threads = {id(comment.thread): comment.thread for comment in comments}
    Thread.objects.bulk_create(threads.values(), BATCH)
    answers = [(comment, comment.parent) for comment in comments if comment.parent is not None]
    for comment in comments:
        comment.thread_id = comment.thread.pk
        comment.parent = None  # has no key yet
    Comment.objects.bulk_create(comments, BATCH)
    for comment, parent in answers:
        comment.parent = parent
    Comment.objects.bulk_update([comment for comment, _parent in answers], ["parent"], BATCH)


def _conversation(
    reading: Reading,
    conversation: Conversation,
    period: Period,
    speakers: Speakers,
    choose: Random,
) -> list[Comment]:
    times = period.instants(len(conversation.remarks), choose)
    thread = Thread(reading=reading, title=conversation.title, created_at=times[0])
    latest: dict[int, Comment] = {}  # by level: what an answer one level down would answer
    comments = []
    for remark, at in zip(conversation.remarks, times, strict=True):
        parent = latest.get(remark.depth - 1)
        comment = Comment(
            thread=thread,
            reading=reading,
            parent=parent,
            author=speakers.speaker(remark, parent.author if parent else None),
            body=remark.text,
            body_html=render_markdown(remark.text),
            created_at=at,
        )
        latest[remark.depth] = comment
        comments.append(comment)
    return comments


def _number_changes(comments: Sequence[Comment], fates: dict[int, Fate]) -> int:
    """Number posts, edits and deletions in the order of their times; how many there are."""
    changes = [(comment.created_at, place, Fate.STANDS) for place, comment in enumerate(comments)]
    changes += [
        (comment.created_at + SECOND_THOUGHT, place, fate)
        for place, comment in enumerate(comments)
        if (fate := fates[id(comment)]) is not Fate.STANDS
    ]
    changes.sort(key=lambda change: change[:2])
    for number, (at, place, what) in enumerate(changes, start=1):
        comment = comments[place]
        comment.changed_in = number
        match what:
            case Fate.STANDS:
                comment.appeared_in = number
            case Fate.EDITED:
                comment.edited_at = at
            case Fate.DELETED:
                comment.deleted_at = at
                comment.deleted_by = comment.author
                comment.body = comment.body_html = ""
    return len(changes)
