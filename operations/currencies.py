"""Which currency an amount is in, where the registry says so: the parameter beside it or above it, or a key.

An amount's currency is, nearest first, a segment of its own name (``currency_options[eur][unit_amount]``), a parameter
made for it (``minimum_amount_currency``), or the ``currency`` of the object that it stands in or of one around that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from operations.problem import RefusalError
from operations.scalars import shown
from operations.spec import Parameter
from operations.typed_money import Amount, is_code

# Where Stripe takes a currency in one case only, and the parameter that makes it that case: a refund is in the currency
# of its charge, unless it is paid from a customer's cash balance (docs.stripe.com/api/refunds/create).
_IN_ONE_CASE = {"/v1/refunds": "origin", "/v1/charges/{charge}/refunds": "origin"}


@dataclass(slots=True)
class _Scope:
    """An object that is being read: where it is, which parameters for currencies it has, and what they say."""

    place: tuple[str, ...]
    names: frozenset[str]
    said: dict[str, str]
    decides: bool = True
    """Whether these parameters decide in which currency an amount is, so that one may be filled in."""
    filled: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Governing:
    """What says an amount's currency. ``name`` is the parameter's full name, empty where nothing is there for it."""

    name: str = ""
    currency: str | None = None
    scope: int = -1
    field: str = ""


class Currencies:
    """The currencies of one call, as its objects are entered and left. Amounts without a parameter are stated."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._scopes: list[_Scope] = []
        self.stated: dict[tuple[str, ...], Amount] = {}
        """By their place: amounts whose currency was said and is no parameter of the call."""

    def copy(self) -> "Currencies":
        """An equal one, for an attempt that may fail."""
        other = Currencies(self._path)
        other._scopes = [replace(each, filled=dict(each.filled)) for each in self._scopes]
        other.stated = dict(self.stated)
        return other

    def enter(self, place: tuple[str, ...], declared: Sequence[Parameter], values: Mapping[str, object]) -> None:
        """An object at that place is about to be read."""
        names = frozenset(each.name for each in declared if each.shape.meaning == "currency")
        said = {name: value for name in names if isinstance(value := values.get(name), str) and value.strip()}
        case = None if place else _IN_ONE_CASE.get(self._path)
        self._scopes.append(_Scope(place, names, said, decides=case is None or bool(values.get(case))))

    def leave(self) -> Mapping[str, str]:
        """The object has been read: the currencies that its amounts said and its parameters didn't."""
        return self._scopes.pop().filled

    def governing(self, place: tuple[str, ...]) -> Governing:
        """What says the currency of the amount at that place."""
        end = len(place)
        for index in range(len(self._scopes) - 1, -1, -1):
            scope = self._scopes[index]
            depth = len(scope.place)
            code = next((each for each in reversed(place[depth:end]) if is_code(each)), None)
            if code is not None:
                return Governing(code, code)
            amount = place[depth]
            for name in names_for(amount):
                if name in scope.names:
                    currency = scope.said.get(name) or scope.filled.get(name)
                    return Governing(_full(scope.place, name), currency, index, name)
            end = depth
        return Governing()

    def take(self, amount: Amount, governing: Governing, place: tuple[str, ...]) -> None:
        """Note the currency of an amount. Raises RefusalError where what governs it says another."""
        if governing.currency is not None and amount.currency != governing.currency.lower():
            other = governing.currency.upper() if is_code(governing.currency) else shown(governing.currency)
            raise RefusalError(f"is in {amount.currency.upper()}, and {governing.name} says {other}")
        decided = self._scopes[governing.scope].decides if governing.scope >= 0 else bool(governing.name)
        if not decided:
            self.stated[place] = amount
        elif governing.currency is None:
            self._scopes[governing.scope].filled[governing.field] = amount.currency


def names_for(amount: str) -> tuple[str, ...]:
    """What a parameter that says the currency of this amount may be called, the nearest first."""
    return f"{amount}_currency", f"{amount.removesuffix('_amount')}_currency", "currency"


def is_decided_elsewhere(path: str) -> bool:
    """Whether the object that a call to this path is about decides the currency, though it has a parameter for one."""
    return path in _IN_ONE_CASE


def _full(place: Sequence[str], name: str) -> str:
    segments = [*place, name]
    return segments[0] + "".join(f"[{each}]" for each in segments[1:])
