from django.db import migrations

from trivet.agreements.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [
        append_only("governance_case"),
        append_only("governance_exhibit"),
        append_only("governance_ruling"),
        append_only("governance_affirmation"),
        append_only("governance_reminder"),
    ]
