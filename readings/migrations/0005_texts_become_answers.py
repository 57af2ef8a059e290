from django.db import migrations

# What every course had that never said otherwise, and what the new policy begins with.
USUAL_MINUTES = 120


def text_to_answers(apps, _schema_editor):
    """What was one text is the one answer of a note without a template."""
    notes = apps.get_model('readings', 'Note').objects
    for note in notes.only('pk', 'draft_text', 'body').iterator():
        notes.filter(pk=note.pk).update(
            draft={'text': note.draft_text} if note.draft_text else {},
            answers={'text': note.body} if note.body else {},
            has_draft=note.draft_text != note.body,
        )
    revisions = apps.get_model('readings', 'Revision').objects
    for revision in revisions.only('pk', 'body').iterator():
        revisions.filter(pk=revision.pk).update(answers={'text': revision.body})


def minutes_to_policies(apps, _schema_editor):
    """Courses that had decided when notes are due have a policy now."""
    courses = apps.get_model('readings', 'Course').objects
    policies = apps.get_model('readings', 'NotePolicy').objects
    for course in courses.exclude(notes_due_minutes_before=USUAL_MINUTES):
        policies.create(course=course, minutes_before=course.notes_due_minutes_before)


class Migration(migrations.Migration):

    dependencies = [
        ('readings', '0004_notes_and_marking'),
    ]

    operations = [
        migrations.RunPython(text_to_answers, migrations.RunPython.noop),
        migrations.RunPython(minutes_to_policies, migrations.RunPython.noop),
    ]
