"""Blocks: which may stand where, and what each may hold."""

from collections.abc import Callable
from typing import Any

from tests.block_rules.elements import Elements
from tests.block_rules.rich_text import RichText

EVERYWHERE = {"section", "header", "context", "divider", "actions", "image", "rich_text"}
ON_MESSAGE = EVERYWHERE | {"markdown", "table", "data_table", "data_visualization", "container"}
ON_MODAL = EVERYWHERE | {"input", "alert"}
ON_HOME = EVERYWHERE | {"input", "table", "data_table", "data_visualization", "container"}


SURFACES = {"message": ON_MESSAGE, "modal": ON_MODAL, "home": ON_HOME}
IN_CONTAINER = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table"}


class Blocks(Elements, RichText):
    """Judges the blocks of one surface."""

    def blocks(self, value: object, at: str, most: int) -> None:
        for i, block in enumerate(self.count(value, at, most)):
            self.block(block, f"{at}/{i}", SURFACES[self.surface])
        self.different(self.block_ids, at, "blocks have one block_id")
        if self.focused > 1:
            self.say(at, "two elements want the focus")

    def block(self, value: object, at: str, allowed: set[str]) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(kind, str) or kind not in allowed:
            self.say(at, f"block {kind!r} is not allowed here, on a {self.surface}")
            return
        if "block_id" in value:
            self.block_ids.append(self.string(value["block_id"], f"{at}/block_id", 255))
        check: Callable[[dict[str, Any], str], None] = getattr(self, f"block_{kind}", self.block_other)
        check(value, at)

    def block_other(self, value: dict[str, Any], at: str) -> None:
        self.say(at, f"no rule is written for block {value['type']!r}; write one")

    def block_divider(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type", "block_id")

    def block_header(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type text", "block_id")
        self.plain(value.get("text"), f"{at}/text", 150)

    def block_section(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type", "block_id text fields accessory expand")
        self.boolean(value, "expand", at)
        if not {"text", "fields"} & value.keys():
            self.say(at, "a section needs text or fields")
        if "text" in value:
            self.text(value["text"], f"{at}/text", 3000)
        if "fields" in value:
            for i, item in enumerate(self.count(value["fields"], f"{at}/fields", 10)):
                self.text(item, f"{at}/fields/{i}", 2000)
        if "accessory" in value:
            self.element(value["accessory"], f"{at}/accessory", "section")

    def block_context(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type elements", "block_id")
        for i, item in enumerate(self.count(value.get("elements"), f"{at}/elements", 10)):
            if isinstance(item, dict) and item.get("type") == "image":
                self.element(item, f"{at}/elements/{i}", "context")
            else:
                self.text(item, f"{at}/elements/{i}", 3000)

    def block_actions(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type elements", "block_id")
        elements = self.count(value.get("elements"), f"{at}/elements", 25)
        ids = [self.element(item, f"{at}/elements/{i}", "actions") for i, item in enumerate(elements)]
        self.different([each for each in ids if each], at, "elements have one action_id")

    def block_input(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type label element block_id", "hint optional dispatch_action")
        self.plain(value.get("label"), f"{at}/label", 2000)
        if "hint" in value:
            self.plain(value["hint"], f"{at}/hint", 2000)
        self.boolean(value, "optional", at)
        self.boolean(value, "dispatch_action", at)
        self.element(value.get("element"), f"{at}/element", "input")

    def block_image(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type image_url alt_text", "title block_id")
        self.image_members(value, at)
        if "title" in value:
            self.plain(value["title"], f"{at}/title", 2000)

    def block_markdown(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type text", "block_id")
        self.mrkdwn(self.string(value.get("text"), f"{at}/text", 12000), f"{at}/text")

    def block_alert(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type text", "level block_id")
        self.one_of(value, "level", at, {"default", "info", "warning", "error", "success"})
        self.text(value.get("text"), f"{at}/text", 200)

    def block_container(self, value: dict[str, Any], at: str) -> None:
        names = "title rich_text_title subtitle width is_collapsible default_collapsed has_header_divider block_id"
        self.members(value, at, "type child_blocks", names)
        self.one_of(value, "width", at, {"narrow", "standard", "wide", "full"})
        for name in ("title", "subtitle"):
            if name in value:
                self.plain(value[name], f"{at}/{name}", 150)
        for i, child in enumerate(self.count(value.get("child_blocks"), f"{at}/child_blocks", 10)):
            self.block(child, f"{at}/child_blocks/{i}", IN_CONTAINER & SURFACES[self.surface])

    def block_rich_text(self, value: dict[str, Any], at: str) -> None:
        self.rich_text(value, at)

    def block_table(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type rows", "column_settings block_id")
        for i, row in enumerate(self.count(value.get("rows"), f"{at}/rows", 100)):
            self.cells(row, f"{at}/rows/{i}", {"raw_text", "rich_text"})
        for i, column in enumerate(self.count(value.get("column_settings", [{}]), f"{at}/column_settings", 20)):
            self.members(column, f"{at}/column_settings/{i}", "", "align is_wrapped")
            self.one_of(column, "align", f"{at}/column_settings/{i}", {"left", "center", "right"})
            self.boolean(column, "is_wrapped", f"{at}/column_settings/{i}")

    def block_data_table(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type caption rows", "page_size row_header_column_index block_id")
        self.string(value.get("caption"), f"{at}/caption", 2000)
        rows = self.count(value.get("rows"), f"{at}/rows", 101, 2)
        lengths = {len(row) for row in rows if isinstance(row, list)}
        if len(lengths) > 1:
            self.say(f"{at}/rows", "rows have different lengths")
        self.whole(value, "page_size", at, 1, 100)
        self.whole(value, "row_header_column_index", at, 0, max(lengths, default=1) - 1)
        for i, row in enumerate(rows):
            self.cells(row, f"{at}/rows/{i}", {"raw_text", "raw_number", "rich_text"} if i else {"raw_text"})
        shown = sum(len(str(cell.get("text", ""))) for row in rows for cell in row if isinstance(cell, dict))
        if shown > 10_000:
            self.say(f"{at}/rows", f"has {shown} characters in its cells")

    def block_data_visualization(self, value: dict[str, Any], at: str) -> None:
        self.members(value, at, "type title chart", "block_id")
        self.string(value.get("title"), f"{at}/title", 50)
        chart = value.get("chart")
        if not isinstance(chart, dict) or chart.get("type") not in {"bar", "area", "line"}:
            self.say(f"{at}/chart", "is no chart of a known type")
            return
        self.members(chart, f"{at}/chart", "type series axis_config")
        self.members(chart.get("axis_config"), f"{at}/chart/axis_config", "categories", "x_label y_label")
        categories = self.count(chart["axis_config"].get("categories"), f"{at}/chart/axis_config/categories", 20)
        if len(set(categories)) < len(categories):
            self.say(f"{at}/chart/axis_config/categories", "are not one of each")
        for label in categories:
            self.string(label, f"{at}/chart/axis_config/categories", 20)
        for i, line in enumerate(self.count(chart.get("series"), f"{at}/chart/series", 6)):
            self.members(line, f"{at}/chart/series/{i}", "name data")
            self.string(line.get("name"), f"{at}/chart/series/{i}/name", 20)
            if [point.get("label") for point in line.get("data", [])] != categories:
                self.say(f"{at}/chart/series/{i}", "has other labels than the axis")
            for point in line.get("data", []):
                if not isinstance(point.get("value"), int | float) or isinstance(point.get("value"), bool):
                    self.say(f"{at}/chart/series/{i}", "has a value that is no number")

    def cells(self, row: object, at: str, allowed: set[str]) -> None:
        for i, cell in enumerate(self.count(row, at, 20)):
            kind = cell.get("type") if isinstance(cell, dict) else None
            if not isinstance(cell, dict) or kind not in allowed:
                self.say(f"{at}/{i}", f"cell {kind!r} can't stand here")
            elif kind == "rich_text":
                self.rich_text(cell, f"{at}/{i}")
            else:
                self.members(cell, f"{at}/{i}", "type text", "value" if kind == "raw_number" else "")
                self.string(cell.get("text"), f"{at}/{i}/text", 10_000)
                if kind == "raw_number" and not isinstance(cell.get("value"), int | float):
                    self.say(f"{at}/{i}/value", "must be a number")
