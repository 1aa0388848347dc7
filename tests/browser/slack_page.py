"""A person at the local Slack's web page: what they can do there, in the words of a test."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MILLISECONDS = 15_000
WHOLE_MODAL = ".modal, .modal-body { max-height: none !important; overflow: visible !important; }"
MARGIN = 80
"""Pixels above and below a modal on a picture of it."""


class SlackPage:
    """The page of one browser window. Every step waits for the page to show its effect."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.goto(url)
        page.wait_for_selector(".composer-input")

    def go_to(self, name: str) -> None:
        """Open a channel or a direct message by its name."""
        self.page.locator(f".sidebar-item:has-text('{name}')").first.click()

    def act_as(self, real_name: str) -> None:
        """Be somebody else from now on."""
        self.page.select_option("label.actas:has-text('Act as') select", label=real_name)

    def send(self, text: str) -> None:
        """Type into the channel and press Enter."""
        self.page.fill(".main .composer-input", text)
        self.page.press(".main .composer-input", "Enter")

    def message(self, *texts: str) -> Locator:
        """The newest message of the channel (not of a thread) that holds all the texts, once there is one."""
        return self._newest(".main .msg", texts)

    def open_thread(self, message: Locator) -> None:
        """Open the thread under a message, once somebody has answered there."""
        message.locator(".thread-summary").click()
        self.page.wait_for_selector(".thread-pane")

    def reply(self, *texts: str) -> Locator:
        """The newest message of the open thread that holds all the texts, once there is one."""
        return self._newest(".thread-pane .msg", texts)

    def close_thread(self) -> None:
        """Close the thread's pane."""
        self.page.click(".thread-x")

    def click(self, message: Locator, label: str) -> None:
        """Press a button on a message, the first with exactly this label."""
        message.get_by_role("button", name=label, exact=True).first.click()

    def buttons(self, message: Locator) -> list[str]:
        """The labels of a message's buttons."""
        return message.locator("button.bk-button").all_inner_texts()

    @property
    def modal(self) -> Locator:
        """The open modal."""
        return self.page.locator(".modal")

    def open_home(self, bot_name: str) -> Locator:
        """Open the Home tab of an app; what it shows."""
        self.page.locator(f".sidebar-item:has-text('{bot_name}')").last.click()
        self.page.wait_for_selector(".home")
        return self.page.locator(".home")

    def shows(self, title: str, *texts: str) -> None:
        """Wait until the open modal has this title and holds all the texts."""
        expect(self.page.locator(".modal-title")).to_have_text(title, timeout=PATIENCE_MILLISECONDS)
        for text in texts:
            expect(self.modal).to_contain_text(text, timeout=PATIENCE_MILLISECONDS)

    def pick(self, option: str, label: str | None = None) -> None:
        """Choose one of the modal's radio buttons or checkboxes; those of the field with this label."""
        field = self.modal if label is None else self._field(label)
        field.get_by_text(option, exact=True).click()

    def close_modal(self) -> None:
        """Leave the modal as it is."""
        self.page.click(".modal-x")
        self.modal_is_closed()

    def fill(self, label: str, value: str) -> None:
        """Type into the modal's field with this label."""
        self._field(label).locator("input").fill(value)

    def choose(self, label: str, option: str) -> None:
        """Choose from the modal's select with this label."""
        self._field(label).locator("select").select_option(label=option)

    def choose_operation(self, beginning: str) -> None:
        """Choose from the picker's list the first operation that is told with this beginning."""
        field = self.page.locator(".bk-input").filter(has=self.page.get_by_text(": choose one of "))
        option = field.locator("option").filter(has_text=re.compile(f"^{re.escape(beginning)}")).first
        field.locator("select").select_option(label=option.inner_text())

    def options(self, label: str) -> list[str]:
        """What the modal's select with this label offers."""
        select = self._field(label).locator("select")
        expect(select).to_be_visible(timeout=PATIENCE_MILLISECONDS)
        return select.locator("option").all_inner_texts()

    def value(self, label: str) -> str:
        """What stands in the modal's field with this label."""
        return self._field(label).locator("input").input_value()

    def submit(self) -> None:
        """Press the modal's main button."""
        self.page.click(".modal-btn.primary")

    def modal_errors(self) -> list[str]:
        """What the modal says is wrong, once it says so."""
        errors = self.page.locator(".modal-error")
        expect(errors.first).to_be_visible(timeout=PATIENCE_MILLISECONDS)
        return errors.all_inner_texts()

    def modal_is_closed(self) -> None:
        """Wait until no modal is open."""
        expect(self.modal).to_have_count(0, timeout=PATIENCE_MILLISECONDS)

    def unrendered(self) -> list[str]:
        """What this Slack shows as a name in brackets, for it can't show the block itself."""
        return self.page.locator(".bk-unknown").all_inner_texts()

    def screenshot(self, name: str) -> Path:
        """Keep what is to be seen, as ``artifacts/<name>.png``; of a modal all of it, however long."""
        ARTIFACTS.mkdir(exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        size = self.page.viewport_size
        style = self.page.add_style_tag(content=WHOLE_MODAL)
        box = self.modal.bounding_box() if self.modal.count() else None
        if size is not None and box is not None and box["height"] + MARGIN > size["height"]:
            self.page.set_viewport_size({"width": size["width"], "height": int(box["height"]) + MARGIN})
        self.page.screenshot(path=path)
        style.evaluate("element => element.remove()")
        if size is not None:
            self.page.set_viewport_size(size)
        return path

    def _field(self, label: str) -> Locator:
        return self.page.locator(".bk-input").filter(
            has=self.page.locator("label").filter(has_text=re.compile(rf"^{re.escape(label)}( \(required\))?$"))
        )

    def _newest(self, selector: str, texts: tuple[str, ...]) -> Locator:
        found = self.page.locator(selector)
        for text in texts:
            found = found.filter(has_text=text)
        expect(found.last).to_be_visible(timeout=PATIENCE_MILLISECONDS)
        return found.last


@contextmanager
def browser(executable: str) -> Iterator[Browser]:
    """Headless Chromium for the length of the block."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, headless=True, args=list(ARGUMENTS))
        try:
            yield launched
        finally:
            launched.close()
