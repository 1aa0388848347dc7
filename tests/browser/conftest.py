"""The browser for these tests, the demo, and Alice at its page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bot.demo.local_slack import ALICE
from tests.browser.demo_process import Demo, running_demo
from tests.browser.slack_page import SlackPage, browser
from tests.local_programs import chromium, local_slack_program


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    # Playwright's loop counts as running as long as the browser is open, and asynchronous tests need their own: so it
    # ends with the module, and these modules hold no asynchronous tests.
    with browser(chromium()) as launched:
        yield launched


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    local_slack_program()
    with running_demo("--port", "0") as running:
        yield running


@pytest.fixture
def page(chrome: Browser, demo: Demo) -> Iterator[SlackPage]:
    """Alice at the page, in #support."""
    with chrome.new_page(viewport={"width": 1280, "height": 960}) as tab:
        opened = SlackPage(tab, demo.slack_url)
        opened.act_as(ALICE.real_name)
        yield opened
        assert opened.unrendered() == [], "everything said must be in a form that this Slack can show"
