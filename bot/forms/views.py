"""The modals of a form: what is shown while it is fetched, the form itself, and why there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot import inputs, limits
from bot.blocks import Block, Element, View, alert, button, context, divider, modal, section
from bot.cards import marks
from bot.domain import Account
from bot.forms import names
from bot.forms.adding import offered
from bot.forms.draft import Draft
from bot.forms.elements import blocks_for
from bot.inputs import Option, input_block, static_select, text_input
from bot.policy import Policy, Ruling, Undecided
from bot.text import Mrkdwn, Style, bold, code, escape, join, template
from operations.forms import CURRENCY, EXTRA, Answer, given_beside
from operations.forms.labels import phrase, words
from operations.risk import assess_operation

SUBMIT: Final = "Preview"
_LONG: Final = "Stripe"
_VERDICTS: Final = {
    "allow": "It runs at once.",
    "confirm": "It runs once you confirm it: {}.",
    "approval": "A second person has to approve it: {}.",
    "deny": "It is not run here: {}.",
}


def waiting_view(title: str) -> View:
    """What stands in a modal until the form is there; nothing can be submitted with it."""
    return modal(title, (section("One moment…"),), callback_id=names.FORM_VIEW)


def trouble_view(sentence: str, title: str = "Not possible now") -> View:
    """A modal that only says something."""
    return modal(title, (section(sentence),), callback_id=names.FORM_VIEW)


def form_view(
    draft: Draft, accounts: Sequence[Account], policy: Policy, style: Style, *, notice: str | None = None
) -> View:
    """The form as the draft stands, under a ``notice`` where there is one. Its metadata is the draft's id alone."""
    blocks = [*_notice(notice, style), *_head(draft, accounts, policy, style), *_account(draft, accounts, style)]
    blocks += _fields(draft, style)
    blocks += _below(draft, style)
    return modal(
        _title(draft),
        blocks,
        callback_id=names.FORM_VIEW,
        submit=SUBMIT,
        close="Close",
        private_metadata=draft.id,
        notify_on_close=True,
    )


def _notice(notice: str | None, style: Style) -> Iterator[Block]:
    if notice:
        yield (
            alert(notice, level="error")
            if style == "rich"
            else section(template("{} {}", marks.ATTENTION, escape(notice)))
        )


def _title(draft: Draft) -> str:
    said = phrase(draft.operation)
    *named, verb = map(words, draft.operation.name.split())
    last = said.split()[-len(named[-1].split()) :] if named else []
    shorter = (said, " ".join((verb, *last)), verb)
    return next((each for each in shorter if len(each) <= limits.VIEW_TITLE), _LONG)


def _head(draft: Draft, accounts: Sequence[Account], policy: Policy, style: Style) -> Iterator[Block]:
    # In the plain style the mode may be another one as soon as an account is chosen, which is not told.
    open_mode = style == "plain" and len({each.livemode for each in accounts}) > 1
    said = phrase(draft.operation)
    parts = (
        *([] if open_mode else [marks.mode_mark(livemode=draft.live)]),
        *([] if said == _title(draft) else [bold(said)]),
        code(f"/stripe {draft.operation.name}"),
    )
    yield section(join("  ·  ", parts))
    risk = assess_operation(draft.operation)
    test, live = (verdict_words(policy.decide(risk, livemode=each)) for each in (False, True))
    if open_mode and test != live:
        yield context(escape(f"Test: {test} Live: {live}"))
    else:
        yield context(escape(live if draft.live else test))
    if draft.supersedes is not None:
        yield context("It takes the place of what you asked for before, and no signature on that carries over.")
    if not accounts:
        yield context(template("No Stripe account is connected yet: an admin types {}.", code("/stripe connect")))


def verdict_words(ruling: Ruling | Undecided) -> str:
    """What a policy says of a call, as a sentence."""
    if isinstance(ruling, Undecided):
        return (
            f"Stripe is asked first what it is about: the rule “{ruling.rule}” goes by the amount. So it may have to "
            "wait for a second person."
        )
    return _VERDICTS[ruling.verdict].format(ruling.why)


def _account(draft: Draft, accounts: Sequence[Account], style: Style) -> Iterator[Block]:
    if len(accounts) < 2:
        return
    options = [Option(account_words(each), account_value(each)) for each in accounts[: limits.OPTIONS]]
    wanted = account_value_of(draft.account, live=draft.live)
    chosen = next((each for each in options if each.value == wanted), None)
    element = static_select(
        names.ACCOUNT_CHOSEN if style == "rich" else names.INPUT,
        options,
        initial=chosen,
        placeholder=chosen.text if chosen else "Choose",
    )
    yield input_block("Account", element, block_id=names.ACCOUNT, optional=True, dispatch=style == "rich")


def account_words(account: Account) -> str:
    """An account as a choice names it, its mode first."""
    return f"{marks.mode_word(livemode=account.livemode)} · {account.alias} · {account.name}".removesuffix(" · ")


def account_value(account: Account) -> str:
    """The option value of an account."""
    return account_value_of(account.alias, live=account.livemode)


def account_value_of(alias: str | None, *, live: bool) -> str:
    """The option value of the account of that alias in that mode; the usual one is called default."""
    return f"{alias or 'default'}|{'live' if live else 'test'}"


def _fields(draft: Draft, style: Style) -> Iterator[Block]:
    heading = ""
    beside = given_beside(draft.operation, draft.answers)
    for each in draft.visible:
        # Slack lets nobody submit a form with a required field empty, though it is given elsewhere.
        field = replace(each, required=False) if each.name in beside else each
        if field.heading != heading:
            heading = field.heading
            yield _heading(heading, field.name, style)
        answer = draft.answers.get(field.name, "")
        currency = draft.answers.get(f"{field.name}{CURRENCY}", "")
        chosen = currency if isinstance(currency, str) else ""
        yield from blocks_for(field, _whole(answer, chosen, style), chosen, draft.operation.key, style)


def _whole(answer: Answer, currency: str, style: Style) -> Answer:
    """In the plain style an amount says its currency itself."""
    return f"{answer} {currency}" if style == "plain" and currency and isinstance(answer, str) else answer


def _heading(heading: str, name: str, style: Style) -> Block:
    text: Mrkdwn = bold(heading) if heading else bold("More")
    group = _list_of(name)
    again: Element | None = None
    if group and style == "rich":
        again = button("Another", action_id=names.ANOTHER, value=group, label=f"Another of {words(group)}")
    return section(text, accessory=again, block_id=f"heading:{name}")


def _list_of(name: str) -> str:
    """The innermost list that a field is an item of; empty for none."""
    at = max((i for i, each in enumerate(name) if each == "[" and name[i + 1 : i + 2].isdigit()), default=-1)
    return name[:at] if at > 0 else ""


def _below(draft: Draft, style: Style) -> Iterator[Block]:
    if draft.further:
        typed = draft.answers.get(EXTRA, "")
        yield input_block(
            "Anything else",
            text_input(names.INPUT, multiline=True, initial=typed if isinstance(typed, str) else None),
            block_id=names.MORE,
            optional=True,
            hint="As you would type it: --expand customer, name=value, null to clear; one a line or side by side.",
        )
    options = offered(draft)
    if not options:
        return
    # A new id for every state of the form: the old choice must not stand in the new select.
    block_id = f"{names.ADD}:{draft.version}"
    yield divider()
    if style == "rich":
        search = inputs.external_select(
            names.found_by(names.FIND_FIELD, draft.operation.key), placeholder="Search all fields"
        )
        yield input_block("Add a field", search, block_id=names.ADD, optional=True, dispatch=True, hint=_room(draft))
    else:
        select = static_select(names.INPUT, options, placeholder="None")
        hint = "Choose one and press Preview: the form comes back with it. " + (_room(draft) or "")
        yield input_block("Add a field", select, block_id=block_id, optional=True, hint=hint)


def _room(draft: Draft) -> str | None:
    return "This form is full: write the rest under Anything else." if draft.is_full else None
