from django.db import migrations, models

from trivet.agreements.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("icp", "0001_initial")]
    operations = [
        migrations.AddField(model_name="review", name="text", field=models.TextField(default="")),
        append_only("icp_review"),
    ]
