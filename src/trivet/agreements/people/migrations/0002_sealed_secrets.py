from pathlib import Path

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from trivet.agreements.sealing import TABLE, seal_what_lies_open


def seal(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    if seal_what_lies_open(Path(settings.WORKSPACE)) and editor.connection.vendor == "postgresql":
        # What a row was before lies in the table's file until it is written anew.
        editor.execute(f"vacuum full {TABLE}")


class Migration(migrations.Migration):
    """Authenticator secrets that lie open are sealed, once (docs/decisions/0020)."""

    # A vacuum runs outside of a transaction; sealing twice changes nothing.
    atomic = False
    dependencies = [
        ("people", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop, elidable=True)]
