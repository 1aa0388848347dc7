"""The preview of a form: what will be sent, on which account, who must agree; and the same to be copied."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain import Account
from bot.forms.preview import LONGEST_COPY, Waiting, preview_view
from bot.policy import DEFAULT_POLICY, Plan, Ruling, Stage, Undecided
from bot.roles import Holders
from bot.text import Style
from operations.call import FileContent, bind
from operations.curl import curl
from operations.grammar import Command, Stated, parse, render
from operations.registry import registry
from operations.risk import assess
from tests.block_rules import plain_style_problems, view_problems
from tests.bot.cards.hostile import NASTY

REGISTRY = registry()
VERSION = REGISTRY.api_version
STYLES: tuple[Style, ...] = ("rich", "plain")
both_styles = pytest.mark.parametrize("style", STYLES)


def account(*, live: bool = False) -> Account:
    return Account("T1", "a1", 1, "default", live, "acct_1", "Lanternfish", "sk", "abcd")


def typed(text: str) -> Command:
    command = parse(text, REGISTRY)
    assert isinstance(command, Command), command
    return command


def shown(
    command: Command,
    style: Style = "rich",
    *,
    live: bool = False,
    ruling: Ruling | Undecided | None = None,
    waiting: Waiting | None = None,
) -> dict[str, Any]:
    """The view, once it was found to be one that Slack takes."""
    ruling = ruling or DEFAULT_POLICY.decide(assess(command.call), livemode=live)
    view = preview_view(
        command, account(live=live), ruling, token="t" * 200, api_version=VERSION, style=style, waiting=waiting
    )
    assert view_problems(view) == []
    if style == "plain":
        assert plain_style_problems(view) == []
    return view


def said(view: dict[str, Any]) -> str:
    return str(view["blocks"])


def nested(part: object) -> Iterator[dict[str, Any]]:
    """Every object in a view."""
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from nested(each)


@both_styles
@pytest.mark.parametrize(
    ("text", "live", "words", "submit"),
    [
        ("customers list --limit 3", False, ["only reads", "GET /v1/customers", "limit = 3"], "Run"),
        ("customers create --name Jenny", False, ["changes something", "POST /v1/customers", "name = Jenny"], "Run"),
        (
            "refunds create --charge ch_1 --amount 500",
            True,
            ["second person", "amount = 500"],
            "Ask for approval",
        ),
        ("customers delete cus_1", True, ["deletes or ends", "DELETE /v1/customers/cus_1"], "Ask for approval"),
    ],
)
def test_it_says_what_is_sent_what_that_does_and_who_must_agree(
    style: Style, text: str, live: bool, words: list[str], submit: str
) -> None:
    """In words, with each value as it goes out."""
    command = typed(text)
    view = shown(command, style, live=live)
    for each in (*words, f"/stripe {render(command)}"):
        assert each in said(view).replace("\\'", "'"), each
    assert view["submit"]["text"] == submit


@both_styles
@pytest.mark.parametrize("live", [True, False])
def test_live_is_unmistakable(style: Style, live: bool) -> None:
    """And test doesn't look like it."""
    view = shown(typed("customers create --name Jenny"), style, live=live)
    assert ("*LIVE*" in said(view)) is live


@both_styles
def test_what_the_policy_denies_has_nothing_to_be_submitted_with(style: Style) -> None:
    """And says why."""
    view = shown(typed("customers list"), style, ruling=Ruling("deny", "no", "this was decided so"))
    assert "submit" not in view
    assert "not run here: this was decided so" in said(view)


@both_styles
def test_both_copies_are_whole(style: Style) -> None:
    """Line by line, the key a variable of the shell."""
    command = typed("coupons create --name 'It''s <spring> & more' --percent-off 10 --duration once")
    view = shown(command, style)
    wanted = curl(command.call, VERSION)
    texts = said(view).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for line in wanted.split("\n"):
        assert repr(line.strip())[1:-1].split("'")[0] in texts
    assert "$STRIPE_SECRET_KEY" in texts


@both_styles
def test_what_is_too_long_to_copy_is_not_cut(style: Style) -> None:
    """Half a command would be another one."""
    command = typed(f"customers create --name Jenny --description {'x' * LONGEST_COPY}")
    view = shown(command, style)
    assert said(view).count("too long to be shown") == 2
    assert "x" * 500 not in said(view)


@both_styles
def test_many_parameters_are_counted(style: Style) -> None:
    """And the view stays one that Slack takes."""
    lines = " ".join(f"-d metadata[key{n}]={'v' * 100}" for n in range(50))
    assert "more parameters" in said(shown(typed(f"customers create --name Jenny {lines}"), style))


@both_styles
@pytest.mark.parametrize("text", [each for each in NASTY if each.strip() and each != "\ud800"])
def test_a_value_is_text(style: Style, text: str) -> None:
    """It can't mention, link, format or break out; the rules judge every block."""
    call = bind(typed("customers create --name x").call.operation, {}, {"name": text, "metadata": {"k": text}})
    view = shown(Command(call), style)
    marked = [each["text"] for each in nested(view["blocks"]) if each.get("type") == "mrkdwn"]
    assert marked
    assert not any(sign in each for each in marked for sign in ("<!", "<@", "<http"))


@both_styles
def test_a_stated_currency_is_said_to_be_compared(style: Style) -> None:
    """Before anything is asked for."""
    command = typed("refunds create --charge ch_1 --amount 5usd")
    assert command.stated == (Stated("amount", 500, "usd"),)
    assert "compared with" in said(shown(command, style))


@both_styles
def test_a_file_is_named_and_not_shown(style: Style) -> None:
    """With its size."""
    found = REGISTRY.longest_words(["files", "create"])
    assert found is not None
    file = FileContent("evidence.pdf", "application/pdf", b"secret content")
    view = shown(Command(bind(found[0], {}, {"purpose": "dispute_evidence", "file": file})), style)
    assert "evidence.pdf (application/pdf, 14 bytes)" in said(view)
    assert "secret content" not in said(view)


REFUND = "refunds create --charge ch_1 --amount 500"


def why(view: dict[str, Any]) -> list[dict[str, Any]]:
    """The field for the reason, where there is one."""
    return [each for each in view["blocks"] if each["type"] == "input"]


@both_styles
@pytest.mark.parametrize(
    ("text", "ruling", "optional"),
    [
        (REFUND, Ruling("approval", "r", "it is", Plan(reason=True)), False),
        (REFUND, Ruling("approval", "r", "it is", Plan()), True),
        (f"{REFUND} --because 'It is late'", Ruling("approval", "r", "it is", Plan(reason=True)), True),
        (REFUND, Undecided("large refunds"), True),
        (REFUND, Ruling("confirm", "r", "it is"), None),
        (REFUND, Ruling("allow", "r", "it is"), None),
        (REFUND, Ruling("deny", "r", "it is"), None),
    ],
)
def test_the_reason_is_asked_for_where_somebody_signs(
    style: Style, text: str, ruling: Ruling | Undecided, optional: bool | None
) -> None:
    """It must be given where the rule says so, unless it was said before, and then it stands there."""
    command = typed(text)
    found = why(shown(command, style, ruling=ruling))
    assert [each["optional"] for each in found] == ([] if optional is None else [optional])
    for each in found:
        assert each["element"].get("initial_value", "") == command.because
        assert each["element"]["max_length"] == 500


@both_styles
def test_what_only_stripe_knows_is_said_to_be_asked_first(style: Style) -> None:
    """With the rule that goes by it; it may run at once, so that nobody else need read along."""
    view = shown(typed(REFUND), style, ruling=Undecided("large refunds"), waiting=Waiting(None, Holders(), Plan()))
    assert "Stripe is asked first what it is about: the rule “large refunds” goes by the amount" in said(view)
    assert view["submit"]["text"] == "Go on"
    assert "nobody else reads along" not in said(view)


def test_a_plan_that_asks_others_than_approvers_says_whom() -> None:
    """Stage after stage."""
    plan = Plan((Stage(2), Stage(role="admin", people=("U09CAROL",))))
    view = shown(
        typed(REFUND), ruling=Ruling("approval", "r", "it is", plan), waiting=Waiting("C1", Holders(("U1",)), plan)
    )
    assert "It asks 2 approvers, then an admin or <@U09CAROL>." in said(view)
