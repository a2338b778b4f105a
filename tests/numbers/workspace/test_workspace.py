from __future__ import annotations

import subprocess
import sys

import pytest

from trivet.errors import WorkspaceBusy, WorkspaceExists, WorkspaceNotFound
from trivet.numbers.warehouse.mapping import check_mapping
from trivet.numbers.workspace.workspace import Workspace


def test_a_new_workspace_can_be_opened_as_it_is(tmp_path):
    made = Workspace.create(tmp_path / "norvik")
    settings = Workspace.open(made.folder).settings
    check_mapping(settings)
    assert settings.sources == ()
    assert made.landing.is_dir()
    assert made.builds.is_dir()


def test_making_a_workspace_twice_leaves_the_first_alone(tmp_path):
    made = Workspace.create(tmp_path)
    made.settings_file.write_text("# ours\n", "utf-8")
    with pytest.raises(WorkspaceExists, match="already"):
        Workspace.create(tmp_path)
    assert made.settings_file.read_text("utf-8") == "# ours\n"


def test_a_folder_without_settings_is_no_workspace(tmp_path):
    with pytest.raises(WorkspaceNotFound, match="trivet init"):
        Workspace.open(tmp_path)


HOLD = """
import sys, time
from trivet.numbers.workspace.workspace import Workspace
with Workspace(sys.argv[1]).lock():
    print("held", flush=True)
    time.sleep(60)
"""


def test_only_one_process_writes_and_a_killed_one_lets_go(tmp_path):
    workspace = Workspace.create(tmp_path)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(WorkspaceBusy), workspace.lock():
        pass
    holder.kill()
    holder.wait()
    with workspace.lock(wait_seconds=5):
        pass
