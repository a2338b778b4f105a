from django.db import migrations, models

from trivet.agreements.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("books", "0004_by_ruling")]
    operations = [
        migrations.AddField(
            model_name="correction",
            name="companions",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="edition",
            name="companions",
            field=models.TextField(blank=True, default=""),
        ),
        append_only("books_edition"),
    ]
