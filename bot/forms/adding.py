"""What can be added to a form: fields, parts of objects, further items of lists; and what a choice of these does."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.forms.draft import Draft
from bot.forms.names import A_FIELD, A_PAGE, A_PART, ADD_MORE, AN_ITEM
from bot.forms.options import end
from bot.inputs import Option
from operations.forms import EXTRA, Field, numbered
from operations.forms.labels import ITEM, heading, segments, words

AT_ONCE: Final = 90
"""Choices of one page; with those that lead elsewhere they stay within what a select takes."""


def offered(draft: Draft) -> list[Option]:
    """What a select offers to add; empty where there is nothing more.

    Of few fields all are listed, of many those of one object with the objects below it.
    """
    listed = [*_lists(draft)]
    if not draft.further:
        listed.append(Option("Anything else, as name=value", ADD_MORE))
    left = [each for each in draft.fields.all if not each.in_path and numbered(each.name, ()) not in draft.shown]
    if draft.is_full:
        return listed
    if len(left) <= AT_ONCE:
        return [*(_field(draft, each) for each in left), *listed]
    if draft.within:
        listed.append(Option("← All fields", A_PART))
    choices = list(_level(draft, left))
    number = draft.page if draft.page * AT_ONCE < len(choices) else 0
    start = number * AT_ONCE
    page = choices[start : start + AT_ONCE]
    if len(choices) > AT_ONCE:
        following = number + 1 if start + AT_ONCE < len(choices) else 0
        listed.append(Option("More of these…", f"{A_PAGE}{following}"))
    return [*page, *listed]


def chosen(draft: Draft, value: str) -> Draft:
    """The draft after a choice of what is offered; unchanged for anything else."""
    if value == ADD_MORE:
        return draft.with_field(EXTRA)
    kind, rest = value[:2], value[2:]
    match kind:
        case _ if kind == A_FIELD and rest.isdigit() and int(rest) < len(draft.fields.all):
            return draft.with_field(draft.fields.all[int(rest)].name)
        case _ if kind == A_PART:
            return replace(draft, within=rest, page=0)
        case _ if kind == A_PAGE and rest.isdigit():
            return replace(draft, page=int(rest))
        case _ if kind == AN_ITEM:
            return draft.with_item(rest)
    return draft


def _lists(draft: Draft) -> Iterator[Option]:
    for each in draft.lists:
        if draft.with_item(each) == draft:
            continue
        yield Option(f"Another: {heading(segments(each))}", f"{AN_ITEM}{each}")


def _field(draft: Draft, field: Field) -> Option:
    return Option(end(field.words), f"{A_FIELD}{draft.fields.all.index(field)}", description=end(field.name))


def _level(draft: Draft, left: list[Field]) -> Iterator[Option]:
    """The fields of the object that is looked at, and the objects in it, each once."""
    depth = len(segments(draft.within)) if draft.within else 0
    seen: set[str] = set()
    for field in left:
        parts = segments(field.name)
        if draft.within and list(parts[:depth]) != list(segments(draft.within)):
            continue
        if len(parts) == depth + 1:
            yield _field(draft, field)
            continue
        taken = depth + 2 if parts[depth + 1 : depth + 2] == (ITEM,) else depth + 1
        if len(parts) == taken:
            yield _field(draft, field)
            continue
        inner = parts[0] + "".join(f"[{each}]" for each in parts[1:taken])
        if inner not in seen:
            seen.add(inner)
            yield Option(f"{words(parts[depth])} ›", f"{A_PART}{inner}")
