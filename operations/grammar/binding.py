"""From the arguments of an operation to a command, or to everything that is wrong with them.

The one place where arguments become a call, whether they were typed behind ``/stripe`` or filled into a form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from operations import ids
from operations.call import Call, Frozen, bind
from operations.filters import settled
from operations.grammar.arguments import Arguments
from operations.grammar.shaping_options import SHAPING_SWITCHES
from operations.pages import LARGEST_PAGE
from operations.parameters import coerce
from operations.problem import Problem, ProblemError, RefusalError
from operations.registry import Registry
from operations.risk import assess
from operations.scalars import shown
from operations.secrets import locate_secret
from operations.shaping import AS_IT_IS, Shaping
from operations.spec import Operation
from operations.when import When


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount that was typed with its currency, for a parameter that says nothing of one."""

    parameter: str
    """Its full name, as Stripe writes it."""
    amount: int
    """In minor units, as it is sent."""
    currency: str
    """Lower case, as Stripe writes it."""
    left: int | None = None
    """How much there was to take it from when somebody looked, in minor units; None where nobody did."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a text asks for."""

    call: Call
    missing: tuple[str, ...] = ()
    """Required parameters that are not given, as Stripe writes them: ``charge``, ``items[0][price]``."""
    account: str | None = None
    """The alias of a connected account, from ``--on``."""
    live: bool = False
    dry_run: bool = False
    shaping: Shaping = AS_IT_IS
    stated: tuple[Stated, ...] = ()
    """Amounts whose currency was said and is no parameter of the call, whoever runs it makes sure that it is so."""
    because: str = ""
    """Why it is wanted, for whoever is to sign it; from ``--because``."""
    confirmed: bool = False
    """Whether whoever asks says that they mean it, so that they needn't be asked; from ``-c``."""


def bound(
    operation: Operation, values: Mapping[str, str], given: Arguments, when: When, registry: Registry
) -> Command | tuple[Problem, ...]:
    """The command that an operation with these ids and arguments is, or every problem with its parameters.

    Raises ProblemError for a problem with more than a parameter: a shape of output that can't be, a secret.
    """
    reading = coerce(
        given.parameters,
        operation.parameters,
        source="person",
        path=operation.path,
        untyped=operation.untyped,
        asked=when,
    )
    if reading.problems:
        return tuple(
            replace(each, position=each.position or given.position(each.parameter)) for each in reading.problems
        )
    shaping = _shaping(operation, given, when)
    call = bind(
        operation,
        values,
        _with_pages(operation, _with_expansions(operation, reading.values, shaping, registry), shaping),
        stripe_account=given.stripe_account,
        stripe_context=given.stripe_context,
    )
    for name, value in call.parameters.items():
        _refuse_hidden_secret(value, given.position(name))
    if assess(call).rule == "P9":
        raise secret_problem("card data", next((where for _, where in given.places), (0, 0)))
    missing = tuple(dict.fromkeys(reading.missing))
    stated = tuple(Stated(name, each.minor, each.currency) for name, each in sorted(reading.stated.items()))
    return Command(
        call, missing, given.account, given.live, given.dry_run, shaping, stated, given.because, given.confirmed
    )


def _shaping(operation: Operation, given: Arguments, when: When) -> Shaping:
    """What is to be made of the answer. Rows are what a list has, or what a query may find in anything."""
    shaping = given.shaping
    rows = operation.response.kind in ("list", "search") or shaping.query
    if shaping.output in ("csv", "table") and not rows:
        message = f"--output {shaping.output} is for lists, and {operation.name} answers with one object."
        raise _about_answer(given, "output", message, ("json", "card"))
    if operation.response.kind == "binary" and shaping.of_answer != AS_IT_IS:
        message = f"{operation.name} answers with a file, of which nothing can be picked."
        raise _about_answer(given, "output", message)
    for name, asked in (("filter", shaping.filters), ("sort", shaping.sort)):
        if asked and not rows:
            raise _about_answer(given, name, f"--{name} is for lists, and {operation.name} answers with one object.")
    for switch in SHAPING_SWITCHES:
        if switch.lists and switch.given(shaping) and operation.response.kind not in ("list", "search"):
            message = f"--{switch.name} is for lists, and {operation.name} answers with one object."
            raise _about_answer(given, switch.name, message)
    try:
        return replace(shaping, filters=settled(shaping.filters, when))
    except RefusalError as refusal:
        raise _about_answer(given, "filter", f"--filter {refusal.detail}.", refusal.suggestions) from None


def _with_pages(operation: Operation, values: Mapping[str, object], shaping: Shaping) -> Mapping[str, object]:
    """The parameters with the largest pages that Stripe gives, where all of them are wanted."""
    if not shaping.everything or operation.parameter("limit") is None:
        return values
    return {"limit": LARGEST_PAGE, **values}


def _about_answer(given: Arguments, name: str, message: str, suggestions: tuple[str, ...] = ()) -> ProblemError:
    several = name == "filter" and len(given.shaping.filters) > 1
    where = None if several else given.shaping_at.get(name)
    return ProblemError(Problem("invalid_option", message, name, suggestions, where))


def _with_expansions(
    operation: Operation, values: Mapping[str, object], shaping: Shaping, registry: Registry
) -> Mapping[str, object]:
    """The parameters with ``expand`` for what is only an id in the answer unless it is expanded: ``customer.email``."""
    objects = operation.response.objects
    if operation.parameter("expand") is None or len(objects) != 1:
        return values
    above = "data." if operation.response.kind in ("list", "search") else ""
    known = registry.expandable(objects[0])
    names = (*shaping.fields, *(each.field for each in shaping.filters), shaping.sort.removeprefix("-"))
    wanted = [_expansion(name.removeprefix(above), known) for name in names]
    given = values.get("expand", [])
    present = list(given) if isinstance(given, list) else []
    new = dict.fromkeys(f"{above}{path}" for path in wanted if path)
    added = [path for path in new if not any(each == path or str(each).startswith(f"{path}.") for each in present)]
    return {**values, "expand": [*present, *added]} if added else values


def _expansion(name: str, known: Sequence[str]) -> str:
    """The longest beginning of a dotted name that can be expanded; empty where there is none."""
    steps = name.split(".")[:-1]
    return next((path for count in range(len(steps), 0, -1) if (path := ".".join(steps[:count])) in known), "")


def _refuse_hidden_secret(value: Frozen, where: tuple[int, int] | None) -> None:
    """A secret that only showed when JSON or a query was decoded."""
    if isinstance(value, str):
        refuse_secret(value, where or (0, 0))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            refuse_secret(key, where or (0, 0))
            _refuse_hidden_secret(item, where)
    elif isinstance(value, tuple):
        for item in value:
            _refuse_hidden_secret(item, where)


def check_ids(
    operation: Operation, values: Mapping[str, str], places: Mapping[str, tuple[int, int]], registry: Registry
) -> None:
    """Raise ProblemError for an id that can't stand in the path, or that makes it another endpoint's."""
    for name, value in values.items():
        if not ids.is_valid(operation.path, name, value):
            message = f"{shown(value)} can't be the {name}: it must be {ids.rule(operation.path, name)}."
            raise ProblemError(Problem("invalid_id", message, name, position=places[name]))
    if values and not ids.reaches(registry, operation, values):
        # The last id is the one that can be taken for the name of another endpoint.
        name = list(values)[-1]
        message = f"{shown(values[name])} can't be the {name}: with it the path is another endpoint's."
        raise ProblemError(Problem("invalid_id", message, name, position=places[name]))


def refuse_secret(text: str, where: tuple[int, int]) -> None:
    """Raise ProblemError for a text that holds a secret or card data."""
    found = locate_secret(text)
    if found is not None:
        raise secret_problem(found.kind, where)


def secret_problem(kind: str, where: tuple[int, int]) -> ProblemError:
    """The refusal of a text that holds this kind of secret; nothing of the text is in it."""
    if "card" in kind:
        advice = "Card data must never pass through Slack. Nothing was sent; delete the message if others can see it."
    else:
        advice = (
            "Nothing was run or stored, but Slack has seen it: roll it now."
            " To connect a Stripe key, use /stripe connect, which asks for it in a form."
        )
    return ProblemError(Problem("secret", f"This looks like {kind}. {advice}", position=where))
