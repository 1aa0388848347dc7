"""The browser for these tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.slack_page import browser
from tests.local_programs import chromium


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    # Playwright's loop counts as running as long as the browser is open, and asynchronous tests need their own: so it
    # ends with the module, and these modules hold no asynchronous tests.
    with browser(chromium()) as launched:
        yield launched
