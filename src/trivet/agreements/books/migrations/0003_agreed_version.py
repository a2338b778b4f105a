from django.db import migrations, models

from trivet.agreements.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("books", "0002_append_only")]
    operations = [
        migrations.RemoveField(model_name="correction", name="agreed"),
        migrations.RemoveField(model_name="edition", name="agreed"),
        migrations.AddField(
            model_name="correction",
            name="agreed_version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="edition",
            name="agreed_version",
            field=models.PositiveIntegerField(default=0),
        ),
        append_only("books_edition"),
    ]
