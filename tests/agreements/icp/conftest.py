"""The pages of the ICP with the demo company's numbers behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.conftest import static_files
from trivet.demo_company import write_company
from trivet.jobs.run import run
from trivet.numbers.workspace.workspace import Workspace
from trivet.web import published
from trivet.web.published import PublishedBuilds

__all__ = ["static_files"]


@pytest.fixture(scope="session")
def demo_builds(tmp_path_factory: pytest.TempPathFactory) -> PublishedBuilds:
    """The demo company's workspace, built once."""
    folder: Path = tmp_path_factory.mktemp("demo")
    write_company(folder, seed=7, scale=1)
    # Its numbers alone are wanted: a store of their own is what the tests bring.
    with pytest.MonkeyPatch.context() as here:
        here.delenv("TRIVET_DATABASE", raising=False)
        run(Workspace.open(folder), lambda _: None)
    return PublishedBuilds(folder)


@pytest.fixture(autouse=True)
def shown(demo_builds: PublishedBuilds) -> PublishedBuilds:
    """What the pages show."""
    published.use(demo_builds)
    return demo_builds
