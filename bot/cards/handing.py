"""Bearer values that were what somebody asked for: shown to them alone, once, and kept nowhere.

Every other bearer value of an answer stays hidden, whoever asks. What counts as the purpose of a call is data: the
kinds of objects that are made for such a value, and whatever an ``expand`` or ``include`` names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Final

from bot.blocks import Block, Message, context, section
from bot.cards import marks
from bot.cards.redaction import HIDDEN
from bot.domain import Run
from bot.text import bold, clip, code, escape, join, template
from operations.call import Call, Json

MOST: Final = 10
LONGEST: Final = 2_500
"""Characters of a value; Stripe's longest links have about a thousand."""

MADE_FOR: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "account_link": frozenset({"url"}),
        "account_session": frozenset({"client_secret"}),
        "apps.secret": frozenset({"payload"}),
        "billing_portal.session": frozenset({"url"}),
        "checkout.session": frozenset({"url", "client_secret"}),
        "customer_session": frozenset({"client_secret"}),
        "ephemeral_key": frozenset({"secret"}),
        "file_link": frozenset({"url"}),
        "financial_connections.session": frozenset({"client_secret"}),
        "identity.verification_session": frozenset({"url", "client_secret"}),
        "link_account_session": frozenset({"client_secret"}),
        "login_link": frozenset({"url"}),
        "terminal.connection_token": frozenset({"secret"}),
        "terminal.onboarding_link": frozenset({"redirect_url"}),
        "v2.billing.meter_event_session": frozenset({"authentication_token"}),
        "v2.core.account_link": frozenset({"url"}),
        "v2.core.event_destination": frozenset({"signing_secret"}),
        "webhook_endpoint": frozenset({"secret"}),
    }
)
"""The members for which an object is made, by its kind. Reading it again is not to ask for them."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A bearer value with the path where it stands."""

    path: str
    value: str


def purpose(call: Call, data: Json, shown: Json) -> tuple[Handed, ...]:
    """The bearer values of an answer for which it was asked; ``shown`` is the same without any."""
    kind = data.get("object") if isinstance(data, dict) else None
    made = MADE_FOR.get(kind, frozenset()) if call.operation.method == "POST" and isinstance(kind, str) else frozenset()
    wanted = made | _named(call)
    found = (each for each in _hidden(data, shown, ()) if each.path.rpartition(".")[2] in wanted)
    return tuple(islice(found, MOST))


def handed_over(run: Run, values: tuple[Handed, ...]) -> Message:
    """What whoever asked is shown, alone. Its notification says nothing of the values."""
    return Message(
        text=marks.notice(run.frozen, "For you alone"),
        blocks=(
            section(marks.lead(run.frozen, bold("For you alone, once"))),
            *(_block(each) for each in values),
            context(
                escape("I keep this nowhere and can't show it again. Put it where it belongs before you reload Slack."),
                marks.command_mark(marks.typed_on(run.frozen)),
            ),
        ),
    )


def handed_note(*, shown: bool) -> Block:
    """What stands below the answer, for all to read: whether its purpose was served."""
    said = "What gives access was shown to whoever asked alone, once; it is kept nowhere."
    lost = (
        "What gives access could not be shown to whoever asked: Slack did not take it. It is kept nowhere, so make it "
        "anew where I can write to them, or take it from the Dashboard."
    )
    return context(escape(said) if shown else join(" ", (marks.ATTENTION, escape(lost))))


def _block(handed: Handed) -> Block:
    if len(handed.value) > LONGEST:
        return section(template("{} is too long to be shown here.", bold(clip(handed.path, marks.NAME_SHOWN))))
    return section(join("\n", (bold(clip(handed.path, marks.NAME_SHOWN)), code(handed.value))))


def _named(call: Call) -> frozenset[str]:
    """The members that the call asks for beyond what is answered anyway."""
    asked = [call.parameters.get(name) for name in ("expand", "include")]
    paths = [each for several in asked if isinstance(several, list | tuple) for each in several]
    return frozenset(path.rpartition(".")[2] for path in paths if isinstance(path, str))


def _hidden(data: Json, shown: Json, path: tuple[str, ...]) -> Iterator[Handed]:
    """The texts of an answer that are hidden where it is shown."""
    match data, shown:
        case dict(), dict():
            for (name, value), seen in zip(data.items(), shown.values(), strict=False):
                yield from _hidden(value, seen, (*path, name))
        case list(), list():
            for number, (value, seen) in enumerate(zip(data, shown, strict=False)):
                yield from _hidden(value, seen, (*path, str(number)))
        case str(), str() if shown == HIDDEN != data:
            yield Handed(".".join(path), data)
