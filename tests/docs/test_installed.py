"""What the product imports is installed with it, not only with the tools of its developers."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.docs.pages import ROOT


def imported() -> set[str]:
    """The packages that any module of the product imports, also inside a function."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"trivet"}


def plain(name: str) -> str:
    return name.lower().replace("_", "-")


def test_what_the_product_imports_is_installed_with_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {plain(re.split(r"[^\w.-]", line)[0]) for line in project["dependencies"]}
    brought_by = packages_distributions()
    missing = {
        package
        for package in imported()
        if not asked & set(map(plain, brought_by.get(package, ())))
    }
    assert missing == set()
