"""The operations that Stripe serves and the package lacks.

They stand in ``supplement.json``, which has the layout of the catalog itself; a successor is given as ``METHOD path``
and becomes the name of that operation.
"""

from importlib import resources

from operations.catalog.load import parse
from operations.spec import Operation


def supplement() -> tuple[Operation, ...]:
    """The supplementary operations as written: without meanings, successors still by key."""
    return parse((resources.files("operations.catalog") / "supplement.json").read_bytes()).operations
