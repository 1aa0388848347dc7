"""The elements that people press, choose from and type into, and the blocks each may stand in."""

import re
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from tests.block_rules.checks import Checks

# Element type -> the places it may stand in (section, actions, input or context), required members, optional members;
# besides type.
ANY_PLACE = "section actions input"
CONFIRMED = "confirm focus_on_load"
TYPED = "focus_on_load placeholder dispatch_action_config"
ELEMENTS: dict[str, tuple[str, str, str]] = {
    "image": ("section context", "image_url alt_text", ""),
    "button": (
        "section actions",
        "text action_id",
        "value url style accessibility_label visible_to_user_ids confirm",
    ),
    "overflow": ("section actions", "action_id options", "confirm"),
    "static_select": (ANY_PLACE, "action_id", f"options option_groups initial_option placeholder {CONFIRMED}"),
    "multi_static_select": (
        "section input",
        "action_id",
        f"options option_groups initial_options placeholder max_selected_items {CONFIRMED}",
    ),
    "external_select": (ANY_PLACE, "action_id", f"initial_option placeholder min_query_length {CONFIRMED}"),
    "multi_external_select": (
        "section input",
        "action_id",
        f"initial_options placeholder min_query_length max_selected_items {CONFIRMED}",
    ),
    "users_select": (ANY_PLACE, "action_id", f"initial_user placeholder {CONFIRMED}"),
    "multi_users_select": (
        "section input",
        "action_id",
        f"initial_users placeholder max_selected_items {CONFIRMED}",
    ),
    "conversations_select": (
        ANY_PLACE,
        "action_id",
        "initial_conversation default_to_current_conversation response_url_enabled filter placeholder " + CONFIRMED,
    ),
    "multi_conversations_select": (
        "section input",
        "action_id",
        "initial_conversations default_to_current_conversation max_selected_items filter placeholder " + CONFIRMED,
    ),
    "channels_select": (ANY_PLACE, "action_id", f"initial_channel response_url_enabled placeholder {CONFIRMED}"),
    "multi_channels_select": (
        "section input",
        "action_id",
        f"initial_channels max_selected_items placeholder {CONFIRMED}",
    ),
    "checkboxes": (ANY_PLACE, "action_id options", f"initial_options {CONFIRMED}"),
    "radio_buttons": (ANY_PLACE, "action_id options", f"initial_option {CONFIRMED}"),
    "datepicker": (ANY_PLACE, "action_id", f"initial_date placeholder {CONFIRMED}"),
    "timepicker": (ANY_PLACE, "action_id", f"initial_time placeholder timezone {CONFIRMED}"),
    "datetimepicker": ("actions input", "action_id", f"initial_date_time {CONFIRMED}"),
    "plain_text_input": ("input", "action_id", f"initial_value multiline min_length max_length {TYPED}"),
    "email_text_input": ("input", "action_id", f"initial_value {TYPED}"),
    "url_text_input": ("input", "action_id", f"initial_value {TYPED}"),
    "number_input": ("input", "action_id is_decimal_allowed", f"initial_value min_value max_value {TYPED}"),
    "rich_text_input": ("input", "action_id", f"initial_value {TYPED}"),
    "file_input": ("input", "action_id", "filetypes max_files"),
}

MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
MARKED = {"checkboxes", "radio_buttons"}
WHOLE, DECIMAL = re.compile(r"-?[0-9]+"), re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
ONE_CHOSEN = ("initial_user", "initial_conversation", "initial_channel")
SEVERAL_CHOSEN = ("initial_users", "initial_conversations", "initial_channels")
FLAGS = (
    "focus_on_load",
    "multiline",
    "is_decimal_allowed",
    "default_to_current_conversation",
    "response_url_enabled",
)


class Elements(Checks):
    """Judges elements for one surface: message, modal or home."""

    def __init__(self, surface: str) -> None:
        super().__init__()
        self.surface = surface

    def element(self, value: object, at: str, place: str) -> str:
        """Judge an element in this kind of block; its action_id, empty where it has none."""
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(kind, str) or kind not in ELEMENTS:
            self.say(at, f"unknown element {kind!r}")
            return ""
        places, required, optional = ELEMENTS[kind]
        if place not in places.split():
            self.say(at, f"{kind} can't stand in {place}")
        self.members(value, at, f"type {required}", optional)
        self.common(value, at)
        if "response_url_enabled" in value and (self.surface, place) != ("modal", "input"):
            self.say(f"{at}/response_url_enabled", "is for inputs of modals only")
        {
            "image": self.image_members,
            "button": self.button,
            "number_input": self.number,
            "file_input": self.files,
            "datepicker": self.moment,
            "timepicker": self.moment,
            "datetimepicker": self.moment,
            "plain_text_input": self.typed,
            "email_text_input": self.typed,
            "url_text_input": self.typed,
            "rich_text_input": self.typed,
        }.get(kind, self.choice)(value, at)
        return self.string(value["action_id"], f"{at}/action_id", 255) if "action_id" in value else ""

    def common(self, value: dict[str, Any], at: str) -> None:
        for name in FLAGS:
            self.boolean(value, name, at)
        if value.get("focus_on_load") is True:
            self.focused += 1
        if "confirm" in value:
            self.confirm(value["confirm"], f"{at}/confirm")
        if "placeholder" in value:
            self.plain(value["placeholder"], f"{at}/placeholder", 150)
        if "dispatch_action_config" in value:
            config = self.members(value["dispatch_action_config"], f"{at}/dispatch_action_config", "trigger_actions_on")
            on = self.count(config.get("trigger_actions_on"), f"{at}/dispatch_action_config/trigger_actions_on", 2)
            if not {each for each in on if isinstance(each, str)} <= {"on_enter_pressed", "on_character_entered"}:
                self.say(f"{at}/dispatch_action_config", "must name on_enter_pressed or on_character_entered")

    def image_members(self, value: dict[str, Any], at: str) -> None:
        self.string(value.get("image_url"), f"{at}/image_url", 3000)
        self.string(value.get("alt_text"), f"{at}/alt_text", 2000)

    def button(self, value: dict[str, Any], at: str) -> None:
        self.plain(value.get("text"), f"{at}/text", 75)
        self.one_of(value, "style", at, {"primary", "danger"})
        for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
            if name in value:
                self.string(value[name], f"{at}/{name}", most)
        self.strings(value, "visible_to_user_ids", at, 10)

    # What is typed.

    def typed(self, value: dict[str, Any], at: str) -> None:
        if value["type"] == "rich_text_input":
            return
        self.whole(value, "min_length", at, 0, 3000)
        self.whole(value, "max_length", at, 1, 3000)
        least, most = value.get("min_length", 0), value.get("max_length", 3000)
        if not (type(least) is int and type(most) is int):
            return
        if least > most:
            self.say(f"{at}/min_length", "is above max_length")
        elif "initial_value" in value:
            self.what_was_typed(value["initial_value"], f"{at}/initial_value", most, max(1, least))

    def number(self, value: dict[str, Any], at: str) -> None:
        form = DECIMAL if value.get("is_decimal_allowed") is True else WHOLE
        numbers: dict[str, float] = {}
        for name in ("min_value", "initial_value", "max_value"):
            if name in value:
                text = self.string(value[name], f"{at}/{name}", 150)
                if form.fullmatch(text):
                    numbers[name] = float(text)
                else:
                    self.say(f"{at}/{name}", "must be a string that is a number of the allowed kind")
        if list(numbers.values()) != sorted(numbers.values()):
            self.say(at, "min_value, initial_value and max_value are out of order")

    def files(self, value: dict[str, Any], at: str) -> None:
        if self.surface != "modal":
            self.say(at, "file_input stands in modals only")
        self.whole(value, "max_files", at, 1, 10)
        self.strings(value, "filetypes", at)
        for kind in value.get("filetypes") or []:
            if isinstance(kind, str) and not re.fullmatch("[a-z0-9]+", kind):
                self.say(f"{at}/filetypes", f"{kind!r} is no file type: lower-case letters and digits, without a dot")

    # What is chosen.

    def moment(self, value: dict[str, Any], at: str) -> None:
        if "initial_date" in value:
            text = self.string(value["initial_date"], f"{at}/initial_date", 10)
            try:
                date.fromisoformat(text)
            except ValueError:
                self.say(f"{at}/initial_date", "must be a day as YYYY-MM-DD")
            else:
                if len(text) != len("YYYY-MM-DD"):
                    self.say(f"{at}/initial_date", "must be a day as YYYY-MM-DD")
        if "initial_time" in value and not re.fullmatch("(?:[01][0-9]|2[0-3]):[0-5][0-9]", str(value["initial_time"])):
            self.say(f"{at}/initial_time", "must be a time as HH:mm")
        if "timezone" in value and value["timezone"] not in available_timezones():
            self.say(f"{at}/timezone", "must be the name of a time zone")
        self.whole(value, "initial_date_time", at, 10**9, 10**10 - 1)

    def choice(self, value: dict[str, Any], at: str) -> None:
        kind = value["type"]
        if kind in {"static_select", "multi_static_select"} and ("options" in value) == ("option_groups" in value):
            self.say(at, "must have options or option_groups, and not both")
        marked, url = kind in MARKED, kind == "overflow"
        values: list[str] = []
        if "options" in value:
            values += self.options(
                value["options"], f"{at}/options", MOST_OPTIONS.get(kind, 100), marked=marked, url=url
            )
        if "option_groups" in value:
            values += self.groups(value["option_groups"], f"{at}/option_groups")
        self.different(values, at, "options have one value")
        self.chosen(value, at, marked=marked)
        self.whole(value, "min_query_length", at, 0, 150)
        self.whole(value, "max_selected_items", at, 1, 100)
        if "filter" in value:
            self.filter(value["filter"], f"{at}/filter")

    def chosen(self, value: dict[str, Any], at: str, *, marked: bool) -> None:
        """What is chosen from the beginning."""
        first = [("initial_option", value["initial_option"])] if "initial_option" in value else []
        if "initial_options" in value:
            several = self.count(value["initial_options"], f"{at}/initial_options", 100)
            first += [(f"initial_options/{i}", option) for i, option in enumerate(several)]
            self.different([str(option) for option in several], f"{at}/initial_options", "are the same")
        fixed = "external" not in value["type"]
        for where, option in first:
            self.option(option, f"{at}/{where}", marked=marked)
            if fixed and option not in _offered(value):
                self.say(f"{at}/{where}", "is not among the options")
        for name in ONE_CHOSEN:
            if name in value:
                self.string(value[name], f"{at}/{name}", 255)
        for name in SEVERAL_CHOSEN:
            self.strings(value, name, at)
        most = value.get("max_selected_items")
        for name in ("initial_options", *SEVERAL_CHOSEN):
            if isinstance(most, int) and isinstance(value.get(name), list) and len(value[name]) > most:
                self.say(f"{at}/{name}", "has more than max_selected_items")

    def filter(self, value: object, at: str) -> None:
        rule = self.members(value, at, "", "include exclude_external_shared_channels exclude_bot_users")
        if not rule:
            self.say(at, "filters nothing")
        self.boolean(rule, "exclude_external_shared_channels", at)
        self.boolean(rule, "exclude_bot_users", at)
        self.strings(rule, "include", at, 4)
        kinds = rule.get("include") or []
        if isinstance(kinds, list) and not {str(each) for each in kinds} <= {"im", "mpim", "private", "public"}:
            self.say(f"{at}/include", "must name im, mpim, private or public")


def _offered(value: dict[str, Any]) -> list[Any]:
    groups = value.get("option_groups") or []
    inner = [option for group in groups if isinstance(group, dict) for option in group.get("options") or []]
    return [*(value.get("options") or []), *inner]
