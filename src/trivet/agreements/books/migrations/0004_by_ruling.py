from django.db import migrations, models

from trivet.agreements.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("books", "0003_agreed_version")]
    operations = [
        migrations.AddField(
            model_name="correction",
            name="by_ruling",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="edition",
            name="by_ruling",
            field=models.BooleanField(default=False),
        ),
        append_only("books_edition"),
    ]
