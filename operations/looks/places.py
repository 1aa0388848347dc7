"""An operation's place: its method and path with every placeholder as ``{}``, which is what the tables here go by."""

import re
from functools import lru_cache

from operations import ids
from operations.call import Call
from operations.spec import Operation

_PLACEHOLDER = re.compile(r"\{[^/{}]*\}")


@lru_cache(maxsize=1024)
def _place(key: str) -> str:
    return _PLACEHOLDER.sub("{}", key)


def place_of(operation: Operation) -> str:
    """``POST /v1/invoices/{}/pay``."""
    return _place(operation.key)


def path_ids(call: Call) -> list[str]:
    """The ids in a call's path, in their order there."""
    return [call.path_values[name] for name in ids.placeholders(call.operation.path) if name in call.path_values]
