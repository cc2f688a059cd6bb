"""Debian's Chromium on the running stack. Whatever a page does, it may not break its security policy, raise an error
in its script or ask another origin for anything; that is looked at after every test."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.stack import Stack
from tests.web_server import web_server

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM_MISSING = "Chromium is not installed: apt-get install -y chromium fonts-noto-core fonts-noto-cjk"

# Keeps what the live region was given, and every breach of the policy, from before the page's own script runs.
WATCH = """
window.announced = [];
window.breaches = [];
document.addEventListener("securitypolicyviolation", (event) => window.breaches.push(event.violatedDirective));
document.addEventListener("DOMContentLoaded", () => {
  const live = document.getElementById("live");
  if (!live) return;
  const watch = (records) => {
    for (const record of records) {
      for (const node of record.addedNodes) {
        window.announced.push([...node.children].map((part) => [part.textContent.trim(), part.lang]));
      }
    }
  };
  new MutationObserver(watch).observe(live, { childList: true, subtree: true });
});
"""


@dataclass
class Watch:
    """What happened on the pages of one test."""

    allowed: set[str]
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def on(self, page: Page) -> None:
        self.pages.append(page)
        page.add_init_script(WATCH)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if "Content Security" in line.text else None)
        page.on("request", lambda request: self._look(request.url))

    def _look(self, url: str) -> None:
        if urlsplit(url).netloc not in self.allowed and not url.startswith(("data:", "about:", "blob:")):
            self.foreign.append(url)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module, and none between modules: while Playwright runs, no asynchronous test can."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail(CHROMIUM_MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def web(stack: Stack) -> Iterator[str]:
    with web_server(stack) as base:
        yield base


@pytest.fixture
def watch(web: str) -> Iterator[Watch]:
    made = Watch({urlsplit(web).netloc})
    yield made
    assert made.errors == []
    assert made.foreign == []


@pytest.fixture
def new_page(chromium: Browser, web: str, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Makes a page in a fresh browser profile; keyword arguments are Playwright's."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        options.setdefault("viewport", {"width": 1100, "height": 800})
        options.setdefault("locale", "en-US")
        context = chromium.new_context(base_url=web, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch.on(page)
        return page

    yield make
    for page in watch.pages:
        if not page.is_closed():
            for frame in page.frames:
                assert frame.evaluate("window.breaches || []") == []
    for context in contexts:
        context.close()


@pytest.fixture
def axe() -> str:
    return (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
