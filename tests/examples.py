"""How many examples a property is tried with: few for everyday, as many times that as is asked for."""

import os

TIMES = int(os.environ.get("COUNTERSIGN_TEST_EXAMPLES", "1"))


def examples(few: int) -> int:
    """The number of examples, where that many do for everyday."""
    return few * TIMES
