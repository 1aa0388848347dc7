"""What would do in a field, in plain words made by rule from its type and meaning: the hints of a form."""

from msgspec import structs

from operations.forms import labels
from operations.forms.fields import FEW, Field, in_short
from operations.manual import takes, takes_id
from operations.spec import Shape


def hint(field: Field) -> str:
    """What would do in a field, as a sentence of its own; empty where the control says it all."""
    match field.control:
        case "choice" | "choices" | "switch" | "file" | "currency" | "email":
            return ""
        case "money":
            return _in_which_currency(field)
        case "object":
            return _sentence(takes_id(field.kind or field.shape.refers))
        case "lines":
            inner = field.shape.items or Shape(kind="any")
            return f"One a line; each is {takes(inner)}."
        case "pairs":
            return "One a line, such as order=6735."
        case "json":
            return "As JSON, such as " + ('["one", "two"].' if field.shape.kind == "array" else '{"name": "value"}.')
        case "suggested" | "suggested_choices":
            return _such_as(field)
        case "long_text":
            return _length(field.shape)
        case "text" if field.shape.kind == "string" and not field.shape.meaning:
            return _length(field.shape)
        case "text" if any(in_short(each) for each in field.shape.variants):
            return (
                "A time or a range, such as >=2026-11-01 or 2026-11-01..2026-11-08."
                if _of_times(field)
                else ("An amount or a range, such as >=1000.")
            )
    # Parts have fields of their own.
    whole = tuple(each for each in field.shape.variants if not each.fields)
    return _sentence(takes(structs.replace(field.shape, variants=whole) if whole else field.shape))


def _in_which_currency(field: Field) -> str:
    if field.currency:
        return f"In {field.currency.upper()}, such as 12.50."
    if field.governed:
        return f"In the currency under {labels.label(field.governed)}, such as 12.50."
    return "With its currency, such as 12.50 usd."


def _such_as(field: Field) -> str:
    shown = ", ".join(field.values[:FEW])
    if not shown:
        return ""
    return f"Such as {shown}." if field.open or len(field.values) > FEW else f"One of {shown}."


def _of_times(field: Field) -> bool:
    return any(each.meaning == "timestamp" for each in field.shape.variants)


def _length(shape: Shape) -> str:
    return f"At most {shape.max_length:,} characters." if shape.max_length else ""


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
