from django.db import migrations

from trivet.agreements.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]
    operations = [
        append_only("books_book"),
        append_only("books_edition"),
        append_only("books_approval"),
        append_only("books_comparison"),
        append_only("books_restatement"),
    ]
