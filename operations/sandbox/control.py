"""The sandbox's own endpoints, for tests in another process: faults and the journal. They need no key."""

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from operations.sandbox.faults import Faults
from operations.sandbox.journal import Journal

PREFIX = "/_sandbox/"


class FaultPlan(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /_sandbox/faults``: the arguments of :meth:`Faults.add`."""

    match: str
    kind: str
    times: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seconds: float = 0.0
    should_retry: bool | None = None


def control(faults: Faults, journal: Journal) -> Router:
    """``POST`` and ``DELETE /_sandbox/faults``; ``GET`` and ``DELETE /_sandbox/journal``."""

    async def add_fault(request: Request) -> Response:
        try:
            plan = msgspec.json.decode(await request.body(), type=FaultPlan)
            faults.add(**msgspec.structs.asdict(plan))
        except (msgspec.DecodeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"added": True}, status_code=201)

    async def clear_faults(_: Request) -> Response:
        faults.clear()
        return Response(status_code=204)

    async def read_journal(_: Request) -> Response:
        return JSONResponse(journal.to_json())

    async def clear_journal(_: Request) -> Response:
        journal.clear()
        return Response(status_code=204)

    return Router(
        [
            Route(f"{PREFIX}faults", add_fault, methods=["POST"]),
            Route(f"{PREFIX}faults", clear_faults, methods=["DELETE"]),
            Route(f"{PREFIX}journal", read_journal, methods=["GET"]),
            Route(f"{PREFIX}journal", clear_journal, methods=["DELETE"]),
        ]
    )
