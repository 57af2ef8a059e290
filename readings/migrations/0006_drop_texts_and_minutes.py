from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('readings', '0005_texts_become_answers'),
    ]

    operations = [
        migrations.RemoveField(model_name='note', name='draft_text'),
        migrations.RemoveField(model_name='course', name='notes_due_minutes_before'),
    ]
