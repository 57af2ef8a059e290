from django.db import migrations

READINGS = "Lead a paper"
STAGES = {"pitch": "Pitches", "update": "Updates", "final": "Final talks"}
KINDS = {"presentations": "Presentations", "tech_talk": "Tech talks"}


def _title(item):
    if item.reading_id is not None:
        return READINGS
    return STAGES.get(item.stage) or KINDS.get(item.kind, "Talks")


def put_slots_on_sheets(apps, schema_editor):
    """Slots that were offered alike get one sheet in each course; and places on the day."""
    Sheet = apps.get_model("readings", "Sheet")
    Slot = apps.get_model("readings", "Slot")
    sheets, places = {}, {}
    slots = list(Slot.objects.select_related("agenda_item").order_by("pk"))
    for slot in slots:
        title = _title(slot.agenda_item)
        key = slot.course_id, title, slot.taken_by
        if key not in sheets:
            if any(other[:2] == key[:2] for other in sheets):
                title += " in groups" if slot.taken_by == "group" else " alone"
            sheets[key] = Sheet.objects.create(
                course_id=slot.course_id, title=title, taken_by=slot.taken_by
            )
        slot.sheet = sheets[key]
        slot.position = places[slot.agenda_item_id] = places.get(slot.agenda_item_id, 0) + 1
    Slot.objects.bulk_update(slots, ["sheet", "position"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ("readings", "0007_sheets_wishes_and_swaps"),
    ]

    operations = [
        migrations.RunPython(put_slots_on_sheets, migrations.RunPython.noop),
    ]
