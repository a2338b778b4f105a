"""Debian's Chromium, driven by Playwright; no browser is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)


def executable() -> str:
    """The browser's path; an error that says what to install when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "microsoft-edge"):
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("No Chromium was found. Install one with `apt-get install chromium`.")


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser that closes at the end. Only root gives up the sandbox, which root cannot have."""
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments)
        yield browser
        browser.close()


class Complaints:
    """Everything a page complained about: script errors, console warnings, refused resources."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"error: {error}"))
        page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        # Whoever goes to another page while a part of this one is still asked for breaks it off.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"failed: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.found.append(f"{message.type}: {message.text}")


def violations(page: Page) -> list[str]:
    """What axe finds wrong at WCAG 2.2 AA, one line a node.

    axe is evaluated by the debugger, so the page's own policy need not allow it.
    """
    page.evaluate(AXE.read_text())
    answer = page.evaluate("tags => axe.run({runOnly: tags})", WCAG_22_AA)
    assert len(answer["passes"]) > 3, "axe looked at hardly anything"
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
