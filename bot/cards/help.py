"""What `/stripe help` and `/stripe search` show: what there is to type, each with a button that types it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot import limits
from bot.blocks import Block, Element, Message, actions, context, divider, header, section
from bot.cards import marks
from bot.cards.buttons import run_button
from bot.cards.problems import Offer
from bot.cards.values import words
from bot.domain import Account
from bot.policy import Policy, Verdict
from bot.text import Mrkdwn, bold, clip, code, escape, join, template
from operations.manual import Entry, Example, Field, Resource, Taken
from operations.risk import Risk, Tier, assess_operation
from operations.spec import Operation, Shape

EXAMPLES: Final[tuple[tuple[str, str], ...]] = (
    ("who is that, and what can be done", "jenny@example.com"),
    ("anything that you have the id of", "ch_123"),
    ("some of it back, once a second person approves", "refund ch_123 12.50"),
    ("look for a customer", "find jenny"),
    ("any of Stripe's commands", "customers list --limit 3"),
    (
        "only those that matter, the largest first",
        "charges list --filter status=failed --filter amount>1000 --sort -amount",
    ),
    ("all of them, page after page", "charges list --all --output csv"),
    ("what it comes to over time", "charges list --all --chart"),
    ("to you alone, with nothing masked", "customers list --limit 3 --private"),
    ("just these fields, into a file", "charges list --fields id,amount,customer.email --output csv"),
    ("nested values", "customers create --name Jenny -d address[city]=Berlin"),
    ("a path, as in Stripe's API", "get /v1/charges/ch_123"),
)
"""What each shows, and a text that is taken as it stands; a test reads every one of them."""

ACCOUNTS_SHOWN: Final = 10
LISTED: Final = 20
TOPICS_LISTED: Final = 25
TAKES_SHOWN: Final = 300
VALUES_LISTED: Final = 250
SEARCH: Final = "search {search_for}"
"""The text of the button that asks what to search for."""

_START: Final = (
    Offer("Customers", "help customers"),
    Offer("Search operations…", SEARCH),
    Offer("Refund a charge…", "refund {charge} {amount?} {reason?}"),
    Offer("Refund a list…", "bulk refunds"),
)
_SIGNS: Final[dict[Tier, Mrkdwn]] = {
    "read": template(":mag: reads"),
    "write": template(":pencil2: writes"),
    "money": template(":moneybag: moves money"),
    "destructive": template(":wastebasket: deletes or ends"),
}
_VERDICTS: Final[dict[Verdict, str]] = {
    "allow": "runs at once",
    "confirm": "runs once you confirm it",
    "approval": "waits for a second person",
    "deny": "is not run",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An operation on a line, with what a policy says of it."""

    operation: Operation
    risk: Risk
    test: Verdict
    live: Verdict

    @classmethod
    def of(cls, operation: Operation, policy: Policy) -> "Row":
        risk = assess_operation(operation)
        verdicts = (policy.decide(risk, livemode=live).verdict for live in (False, True))
        return cls(operation, risk, *verdicts)


def help_overview(accounts: Sequence[Account]) -> Message:
    """How to use the bot, with examples that work, and the accounts that are connected."""
    examples = [join("  ", (code(f"/stripe {text}"), what)) for what, text in EXAMPLES]
    return Message(
        text="How to use /stripe",
        blocks=(
            header("Stripe, from Slack"),
            section("Type what you want to see or do. The answer stands in a thread here."),
            section(join("\n", examples)),
            _buttons(_START, "start"),
            section(
                template(
                    "{} and {} tell more, {} finds an operation. {} keeps a command of yours under a name.",
                    code("/stripe help customers"),
                    code("/stripe help refunds create"),
                    code("/stripe search charge back"),
                    code("/stripe save thanks refund {charge} 5.00 usd"),
                )
            ),
            divider(),
            section(join("\n", (bold("Accounts"), *_accounts(accounts)))),
            context(
                template(
                    "Test is the default; {} chooses a live account, {} one by its alias. "
                    "Refunds, deletions and live money wait until a second person approves. "
                    "In a thread, mention me with the same words. {} tells your role, "
                    "{} all that is on record of an approval or a run.",
                    code("--live"),
                    code("--on"),
                    code("/stripe whoami"),
                    code("/stripe receipt <id>"),
                )
            ),
        ),
    )


def _accounts(accounts: Sequence[Account]) -> list[Mrkdwn]:
    if not accounts:
        return [template("None yet. An admin connects one with {}.", code("/stripe connect"))]
    lines = [
        join("  ·  ", (marks.mode_mark(livemode=account.livemode), marks.account_mark(account)))
        for account in accounts[:ACCOUNTS_SHOWN]
    ]
    rest = len(accounts) - len(lines)
    return [*lines, *([escape(f"and {rest} more")] if rest else [])]


def help_resource(resource: Resource, policy: Policy) -> Message:
    """The operations of a resource, a button each, and what is told on pages of its own."""
    rows = [Row.of(each, policy) for each in resource.operations[:LISTED]]
    more = len(resource.operations) - len(rows)
    topics = resource.below[:TOPICS_LISTED]
    blocks: list[Block] = [header(resource.words), *(_line(row, resource.words) for row in rows)]
    if topics:
        blocks.append(section(bold("Also under this name" if rows else "What there is")))
        blocks.append(_buttons([Offer(f"{name} ({count})", f"help {name}") for name, count in topics], "topics"))
    more += sum(count for _, count in resource.below[TOPICS_LISTED:])
    if more:
        blocks.append(context(template("and {} more: {}", escape(str(more)), code(f"/stripe search {resource.words}"))))
    blocks.append(context(template("{} tells what one takes.", code(_about(resource)))))
    return Message(text=f"What there is for {resource.words}", blocks=tuple(blocks))


def _about(resource: Resource) -> str:
    name = resource.operations[0].name if resource.operations else next((name for name, _ in resource.below), "")
    return f"/stripe help {name}"


def help_operation(entry: Entry, policy: Policy) -> Message:
    """How one operation is written, what it takes, what it does, and who has to agree."""
    operation = entry.operation
    row = Row.of(operation, policy)
    blocks: list[Block] = [
        header(operation.name),
        section(join("\n", (_signs(row, method=True), code(f"/stripe {entry.usage}"), *_notes(operation)))),
    ]
    if entry.examples:
        blocks.append(section(join("\n", (bold("Examples"), *map(_example, entry.examples)))))
    for title, taken in (("Needs", entry.needed), ("Often given", entry.common)):
        if taken:
            blocks.append(section(join("\n", (bold(title), *map(_taken, taken)))))
    blocks.append(_buttons(_to_do(entry), "do"))
    blocks.append(context(*_small_print(entry, row)))
    return Message(text=f"How to use {operation.name}", blocks=tuple(blocks))


def _to_do(entry: Entry) -> list[Offer]:
    offers = _form(entry.operation)
    offers += [Offer("Try it", entry.trial)] if entry.trial else []
    resource = entry.operation.name.rpartition(" ")[0]
    return [*offers, Offer(f"All of {resource}", f"help {resource}")]


def _form(operation: Operation) -> list[Offer]:
    """The button for the form of an operation; none for one that asks for nothing."""
    asks = operation.parameters or operation.path_parameters
    return [Offer("Open the form…", f"form {operation.name}")] if asks else []


def _notes(operation: Operation) -> list[Mrkdwn]:
    notes = []
    if operation.successor:
        notes.append(template("Older: Stripe now has {} for this.", operation.successor))
    elif operation.deprecated or operation.provenance != "current":
        notes.append(escape("Older: Stripe no longer lists it, and may refuse it."))
    if operation.untyped:
        notes.append(template("What it takes is written in no source; {} is sent as it is.", code("-d name=value")))
    return notes


def _example(example: Example) -> Mrkdwn:
    return template("{}\n{}", code(f"/stripe {clip(example.text, marks.COMMAND_SHOWN)}"), escape(example.shows))


def _taken(taken: Taken) -> Mrkdwn:
    return template("{} {}", code(taken.name), escape(clip(taken.words, TAKES_SHOWN)))


def _small_print(entry: Entry, row: Row) -> list[Mrkdwn]:
    name = entry.operation.name
    verdict = template("Test: {}. Live: {}.", escape(_VERDICTS[row.test]), escape(_VERDICTS[row.live]))
    if not entry.others:
        return [verdict]
    return [
        verdict,
        template("It takes {} more; {} tells of any.", escape(str(entry.others)), code(f"/stripe help {name} …")),
    ]


def help_field(field: Field, policy: Policy) -> Message:
    """One parameter in full: what it takes, all of its values, its parts."""
    operation, taken = field.operation, field.taken
    asked = "It is required." if taken.required else "It may be left out."
    blocks: list[Block] = [
        header(f"{operation.name}: {taken.name}"),
        section(template("{}. {}", escape(_upper(clip(taken.words, TAKES_SHOWN))), escape(asked))),
    ]
    shape = _inner(taken.shape)
    blocks += _listing("Values", shape.values)
    blocks += _listing("Parts", [f"{taken.name}{_item(taken.shape)}[{each.name}]" for each in shape.fields])
    blocks.append(_buttons([*_form(operation), Offer(f"All of {operation.name}", f"help {operation.name}")], "do"))
    blocks.append(context(_signs(Row.of(operation, policy), method=True)))
    return Message(text=f"{taken.name} of {operation.name}", blocks=tuple(blocks))


def _listing(title: str, items: Sequence[str]) -> list[Block]:
    """Names in as many paragraphs as they need."""
    blocks: list[Block] = []
    lines: list[Mrkdwn] = [bold(title)]
    for item in items[:VALUES_LISTED]:
        if len(join("  ", [*lines, code(item)])) > limits.SECTION_TEXT:
            blocks.append(section(join("  ", lines)))
            lines = []
        lines.append(code(item))
    rest = len(items) - VALUES_LISTED
    if rest > 0:
        lines.append(escape(f"and {rest} more"))
    return [*blocks, section(join("  ", lines))] if items else []


def _inner(shape: Shape) -> Shape:
    """The shape whose values and parts are to be told: that of an array's items, or of a union's richest variant."""
    if shape.kind == "array" and shape.items is not None:
        return _inner(shape.items)
    if shape.kind == "union":
        return max(shape.variants, key=lambda each: len(each.values) + len(each.fields))
    return shape


def _item(shape: Shape) -> str:
    return "[0]" if shape.kind == "array" else ""


def search_results(query: str, found: Sequence[Operation], policy: Policy) -> Message:
    """Operations that fit a query, best first, a button each; where none does, what would help."""
    if not found:
        said = f"No operation fits {clip(query, marks.NAME_SHOWN)}."
        how = "Try one word less, Stripe's own word for it, or the beginning of a path such as /v1/payouts."
        return Message(
            text=escape(said),
            blocks=(
                section(join("\n", (template("{} {}", marks.ATTENTION, escape(said)), how))),
                _buttons((Offer("Search again…", SEARCH), Offer("Help", "help")), "start"),
            ),
        )
    said = f"{len(found)} for {clip(query, marks.NAME_SHOWN)}"
    rows = (_line(Row.of(each, policy), "", path=True) for each in found)
    return Message(
        text=escape(said), blocks=(section(bold(said)), *rows, _buttons((Offer("Search again…", SEARCH),), "start"))
    )


def not_found(asked: str, near: Sequence[str], found: Sequence[Operation], policy: Policy) -> Message:
    """Help was asked about something that isn't there: the nearest topics, then what a search finds."""
    said = f"There is no operation or resource called {clip(asked, marks.NAME_SHOWN)}."
    blocks: list[Block] = [section(template("{} {}", marks.ATTENTION, escape(said)))]
    if near:
        blocks.append(_buttons([Offer(name, f"help {name}") for name in near], "near"))
    if found:
        blocks.append(section(bold("Perhaps one of these")))
        blocks += [_line(Row.of(each, policy), "", path=True) for each in found]
    blocks.append(_buttons((Offer("Search operations…", SEARCH), Offer("Help", "help")), "start"))
    return Message(text=escape(said), blocks=tuple(blocks))


def _line(row: Row, under: str, *, path: bool = False) -> Block:
    """An operation on a line, with a button that asks for what it needs, runs it, or tells of it."""
    name = row.operation.name
    shown = [bold(code(name)), _signs(row, method=not path)]
    if path:
        shown.append(code(row.operation.key))
    label = words(name.removeprefix(under).strip()) if under else _upper(name.split()[-1].replace("_", " "))
    return section(join("\n", shown), accessory=_button_for(row, label))


def _button_for(row: Row, label: str) -> Element | None:
    """Only what reads runs without a form."""
    operation = row.operation
    needs = operation.path_parameters or any(each.required for each in operation.parameters)
    if operation.method == "GET" and not needs:
        return run_button(label, operation.name)
    asks = operation.path_parameters or operation.parameters
    return run_button(f"{label}…", f"form {operation.name}") if asks else run_button("Help", f"help {operation.name}")


def _signs(row: Row, *, method: bool) -> Mrkdwn:
    signs = [_SIGNS[row.risk.tier]]
    if method:
        signs.append(escape(row.operation.method))
    if "deny" in (row.test, row.live):
        signs.append(escape("not run here" if row.test == "deny" else "test mode only"))
    elif row.test == "approval":
        signs.append(escape("a second person approves"))
    elif row.live == "approval":
        signs.append(escape("live: a second person approves"))
    return join("  ·  ", signs)


def _buttons(offers: Sequence[Offer], block_id: str) -> Block:
    made = [run_button(each.label, each.text, number) for number, each in enumerate(offers)]
    return actions(*(each for each in made if each is not None), block_id=block_id)


def _upper(said: str) -> str:
    return said[:1].upper() + said[1:]
