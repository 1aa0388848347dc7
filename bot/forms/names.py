"""The names by which forms and their payloads know each other: callback ids, block ids, action ids, option values."""

from typing import Final

from operations.forms import EXTRA

FORM_VIEW: Final = "form"
PREVIEW_VIEW: Final = "preview"
PICKER_VIEW: Final = "picker"
"""Callback ids."""

INPUT: Final = "value"
"""The action id of an input that asks nothing while it is filled in."""
FIND_FIELD: Final = "find:field"
FIND_VALUE: Final = "find:value"
FIND_OBJECT: Final = "find:object"
FIND_CURRENCY: Final = "find:currency"
"""Action ids of searches, followed by a bar and the operation's key; the block id is the field's name."""
PICK: Final = "pick"
"""The action id of the search for an operation."""
ACCOUNT_CHOSEN: Final = "form:account"
ANOTHER: Final = "form:another"
"""Action ids of what changes a form at once."""

OPERATION: Final = "operation"
ACCOUNT: Final = "!account"
ADD: Final = "!add"
MORE: Final = EXTRA
BECAUSE: Final = "!because"
"""Block ids beside those of fields, which are the fields' names; that of what is added has a number behind it."""

UNSET: Final = "!unset"
"""The option that answers nothing."""
A_FIELD: Final = "f:"
A_PART: Final = "g:"
AN_ITEM: Final = "i:"
A_PAGE: Final = "n:"
"""How options of what can be added begin: a field by its number, an object, a list, or a page of the offer."""
ADD_MORE: Final = "f:more"


def found_by(action: str, key: str) -> str:
    """The action id of a search for an operation's form."""
    return f"{action}|{key}"
