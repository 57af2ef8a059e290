import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("readings", "0008_slots_onto_sheets"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="slot", name="slot_taken_by_known"),
        migrations.RemoveField(model_name="slot", name="taken_by"),
        migrations.AlterField(
            model_name="slot",
            name="sheet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="slots",
                to="readings.sheet",
            ),
        ),
    ]
