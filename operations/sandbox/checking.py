"""Every request against the registry: unknown, missing and ill-typed parameters are refused as Stripe refuses them.

This is on purpose not ``operations.parameters``,
which judges what people type before it is sent and explains it to them: a
stand-in for Stripe has to notice what that let through, and says it in Stripe's words.

Form values come as strings and leave typed (``"500"`` becomes 500); JSON values have to have their type already.
Refusals from here are no executions: an idempotency key does not keep them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from operations.call import FileContent
from operations.sandbox.errors import RefusalError, invalid
from operations.spec import Operation, Parameter, Shape

MAX_STRING = 5000
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500
"""Stripe's limits for metadata: keys of an object, characters of a key and of a value."""

_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)

_EXPAND = Parameter(name="expand", shape=Shape(kind="array", items=Shape(kind="string")))


def check(operation: Operation, values: Mapping[str, Any], *, form: bool) -> dict[str, Any]:
    """The typed parameters of a request. Raises RefusalError, with Stripe's code, for the first thing wrong."""
    declared = operation.parameters
    if operation.untyped:
        # No source has the parameters of these; all is taken as it is.
        return dict(values)
    if operation.api == "v1" and operation.parameter("expand") is None:
        declared = (*declared, _EXPAND)
    return Checker(form=form, api=operation.api).fields(values, declared, "")


class Checker:
    """Walks values along their shapes. ``form``: every leaf is still a string."""

    def __init__(self, *, form: bool, api: str) -> None:
        self._form = form
        self._v1 = api == "v1"

    def fields(self, values: Mapping[str, Any], declared: Sequence[Parameter], place: str) -> dict[str, Any]:
        """The fields of an object or of the whole request, checked and typed."""
        known = {parameter.name: parameter for parameter in declared}
        unknown = [_inside(place, name) for name in values if name not in known]
        if unknown:
            raise _unknown(unknown)
        for parameter in declared:
            if parameter.required and parameter.name not in values:
                name = _inside(place, parameter.name)
                raise _refused(f"Missing required param: {name}.", name, "parameter_missing")
        return {name: self.value(value, known[name].shape, _inside(place, name)) for name, value in values.items()}

    def value(self, value: Any, shape: Shape, place: str) -> Any:
        """One value, checked and typed."""
        if value is None:
            if any(each.nullable or each.kind == "any" for each in (shape, *shape.variants)):
                return None
            raise _refused(f"Invalid null: {place} can't be null", place)
        if value == "" and self._v1:
            return self._empty(shape, place)
        match shape.kind:
            case "any":
                return value
            case "union":
                return self._union(value, shape, place)
            case "object" | "map" | "array":
                return self._nested(value, shape, place)
            case "file":
                if isinstance(value, FileContent):
                    return value
                raise _refused("Invalid hash: a file is needed", place)
        return self._scalar(value, shape, place)

    def _empty(self, shape: Shape, place: str) -> str:
        variants = (shape, *shape.variants)
        if any(each.clearable or each.kind == "any" for each in variants):
            return ""
        name = place.partition("[")[0]
        if name == "metadata":
            return ""
        raise _refused(
            f"You passed an empty string for '{place}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{place}' cannot be unset. You should remove '{place}' from your request or supply a non-empty "
            "value.",
            place,
            "parameter_invalid_empty",
        )

    def _union(self, value: Any, shape: Shape, place: str) -> Any:
        refusals: list[RefusalError] = []
        # What takes any text comes last, or a form's "false" would never be a boolean.
        variants = sorted(shape.variants, key=lambda each: each.kind == "string" or each.open)
        for variant in variants:
            try:
                return self.value(value, variant, place)
            except RefusalError as refusal:
                refusals.append(refusal)
        # The variant of the same make is the one that was meant: its complaint is the useful one.
        nested = isinstance(value, Mapping)
        meant = [
            refusal
            for variant, refusal in zip(variants, refusals, strict=True)
            if (variant.kind in {"object", "map"}) == nested
        ]
        raise (meant or refusals)[-1]

    def _nested(self, value: Any, shape: Shape, place: str) -> Any:
        if shape.kind == "array":
            if self._form and isinstance(value, Mapping) and all(key.isdecimal() for key in value):
                # Numbers in the brackets that don't count from 0 still mean a list.
                value = [value[key] for key in sorted(value, key=int)]
            if not isinstance(value, list):
                raise _refused("Invalid array", place)
            items = shape.items or Shape(kind="any")
            return [self.value(item, items, f"{place}[{index}]") for index, item in enumerate(value)]
        if self._form and isinstance(value, list):
            # A form can't tell a map whose keys are 0, 1, 2 from a list; the shape does.
            value = {str(index): item for index, item in enumerate(value)}
        if not isinstance(value, Mapping):
            raise _refused("Invalid object", place)
        if shape.kind == "object":
            return self.fields(value, shape.fields, place)
        if place == "metadata" or place.endswith("[metadata]"):
            _check_metadata(value, place)
        items = shape.items or Shape(kind="any")
        return {key: "" if item == "" else self.value(item, items, f"{place}[{key}]") for key, item in value.items()}

    def _scalar(self, value: Any, shape: Shape, place: str) -> Any:
        match shape.kind:
            case "integer":
                return self._integer(value, place)
            case "boolean":
                return self._boolean(value, place)
            case "number":
                if isinstance(value, int | float) and not isinstance(value, bool) and not self._form:
                    return value
                return float(_decimal(value, place))
            case "decimal":
                return _decimal(value, place)
            case "enum":
                return _enum(value, shape, place)
        return _string(value, shape, place)

    def _integer(self, value: Any, place: str) -> int:
        if not self._form and isinstance(value, int) and not isinstance(value, bool):
            return value
        if self._form and isinstance(value, str) and _INTEGER.fullmatch(value):
            return int(value)
        raise _refused(f"Invalid integer: {_shown(value)}", place, "parameter_invalid_integer")

    def _boolean(self, value: Any, place: str) -> bool:
        if isinstance(value, bool) and not self._form:
            return value
        if self._form and value in ("true", "false"):
            return bool(value == "true")
        raise _refused(f"Invalid boolean: {_shown(value)}", place)


def _decimal(value: Any, place: str) -> str:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return value
    raise _refused(f"Invalid decimal: {_shown(value)}", place)


def _enum(value: Any, shape: Shape, place: str) -> str:
    text = _string(value, shape, place)
    if shape.open or text in shape.values:
        return text
    name = place.rpartition("[")[2].rstrip("]") if "[" in place else place
    *most, last = shape.values
    choices = f"{', '.join(most)}, or {last}" if len(most) > 1 else " or ".join(shape.values)
    raise _refused(f"Invalid {name}: must be one of {choices}", place)


def _string(value: Any, shape: Shape, place: str) -> str:
    if not isinstance(value, str):
        raise _refused(f"Invalid string: {_shown(value)}", place)
    longest = shape.max_length or MAX_STRING
    if len(value) > longest:
        raise _refused(f"Invalid string: {value[:12]}…; must be at most {longest} characters", place)
    return value


def _check_metadata(value: Mapping[str, Any], place: str) -> None:
    if len(value) > METADATA_KEYS:
        raise _refused(f"Metadata can have at most {METADATA_KEYS} keys.", place)
    for key, text in value.items():
        if not key or len(key) > METADATA_KEY_LENGTH or "[" in key or "]" in key:
            raise _refused(
                f"Invalid metadata key: must be 1 to {METADATA_KEY_LENGTH} characters without brackets.",
                f"{place}[{key}]",
            )
        if isinstance(text, str) and len(text) > METADATA_VALUE_LENGTH:
            raise _refused(f"Metadata values can have up to {METADATA_VALUE_LENGTH} characters.", f"{place}[{key}]")


def _unknown(names: list[str]) -> RefusalError:
    plural = "s" if len(names) > 1 else ""
    return _refused(f"Received unknown parameter{plural}: {', '.join(names)}", names[0], "parameter_unknown")


def _refused(message: str, param: str, code: str | None = None) -> RefusalError:
    return invalid(message, param=param, code=code)


def _inside(place: str, name: str) -> str:
    return f"{place}[{name}]" if place else name


def _shown(value: Any) -> str:
    return "{…}" if isinstance(value, Mapping) else "[…]" if isinstance(value, list) else str(value)[:100]
