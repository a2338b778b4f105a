"""The WSGI entry: one process, told by its environment which workspace it shows."""

from __future__ import annotations

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trivet.web.settings")

application = get_wsgi_application()


def _warm_up() -> None:
    from trivet.numbers.charts import render
    from trivet.web.views import dashboard, icp

    render.warm_up()
    dashboard.prepare()
    icp.prepare()


if os.environ.get("TRIVET_WARM_UP") == "1":
    # The first chart of a process costs about a second, the first page asks every metric, and the
    # evidence for the profile reads every touch: do it before somebody waits for it.
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
