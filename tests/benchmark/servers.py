"""The servers that are measured, and those around them: ``python -m tests.benchmark.servers NAME``.

``floor`` is a raw Starlette route that checks the signature and answers. ``bolt`` is a bare Bolt ``AsyncApp`` behind
Bolt's own Starlette adapter, whose only listener acknowledges; ``bolt-first`` is the same with
``process_before_response=True``, with which Bolt doesn't poll for the acknowledgement. ``door`` is our front door with
the same listener. ``echo`` answers any request with a Stripe-like object. ``slack`` is the tests' fake Slack, whose
second address tells what it has seen. Each prints ``ready`` and its addresses.
"""

import asyncio
import json
import socket
import sys
from dataclasses import asdict
from typing import Any

import uvicorn

from tests.benchmark import SECRET, SUPPORT, TEAM

ANSWER: dict[str, Any] = {
    "id": "re_3BenchmarkRefund00000001",
    "object": "refund",
    "amount": 500,
    "balance_transaction": "txn_3BenchmarkRefund00000001",
    "charge": "ch_3BenchmarkCharge00000001",
    "created": 1767225600,
    "currency": "usd",
    "destination_details": {"card": {"reference_status": "pending", "reference_type": "acquirer_reference_number"}},
    "metadata": {"ticket": "4711", "asked_by": "somebody in the support channel"},
    "payment_intent": "pi_3BenchmarkIntent00000001",
    "reason": "requested_by_customer",
    "receipt_number": None,
    "source_transfer_reversal": None,
    "status": "succeeded",
    "transfer_reversal": None,
}


class _Server(uvicorn.Server):
    def __init__(self, app: Any) -> None:
        super().__init__(
            uvicorn.Config(app, loop="uvloop", http="httptools", ws="none", log_level="warning", access_log=False)
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets is not None
        print("ready", f"http://127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)


def serve(app: Any) -> None:
    """Serve on a free port under uvicorn with uvloop and httptools, until stopped."""
    _Server(app).run(sockets=[socket.create_server(("127.0.0.1", 0), backlog=1024)])


def floor() -> None:
    """The least that a server for Slack can do."""
    from slack_sdk.signature import SignatureVerifier
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    verifier = SignatureVerifier(SECRET)

    async def take(request: Request) -> Response:
        body = await request.body()
        return Response(status_code=200 if verifier.is_valid_request(body, dict(request.headers)) else 401)

    serve(Starlette(routes=[Route("/slack/events", take, methods=["POST"])]))


def bolt(*, first: bool = False) -> None:
    """What somebody writes who follows Bolt's documentation."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    handler = AsyncSlackRequestHandler(_bolt_app(signing_secret=SECRET, process_before_response=first))

    async def take(request: Request) -> Response:
        return await handler.handle(request)

    serve(Starlette(routes=[Route("/slack/events", take, methods=["POST"])]))


def door() -> None:
    """Our front door and our bridge to Bolt."""
    from bot.bolt_bridge import bolt_dispatch
    from bot.front_door import FrontDoor
    from bot.intake import Intake
    from bot.signature import Verifier
    from bot.tasks import Supervisor
    from operations.clock import SystemClock

    async def not_ready() -> None:
        return None

    app = _bolt_app(request_verification_enabled=False, process_before_response=True)
    clock, supervisor = SystemClock(), Supervisor()
    intake = Intake(dispatch=bolt_dispatch(app, supervisor), supervisor=supervisor)
    serve(FrontDoor(verifier=Verifier([SECRET], clock), intake=intake, clock=clock, not_ready=not_ready))


def _bolt_app(**more: Any) -> Any:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_user_id="U0BOT", bot_id="B0BOT")

    app = AsyncApp(authorize=authorize, **more)

    @app.command("/stripe")
    async def take(ack: AsyncAck) -> None:
        await ack()

    return app


def echo() -> None:
    """A Stripe that thinks of nothing."""
    content = json.dumps(ANSWER, indent=1).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"request-id", b"req_BenchmarkEcho"),
    ]

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            while (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": content})

    config_app: Any = answer
    serve(config_app)


async def slack() -> None:
    """The fake Slack, and beside it a door for the benchmark."""
    from aiohttp import web

    from tests.fakes.slack import TOKEN, FakeSlack

    fake = FakeSlack()
    workspace = fake.workspace(TEAM, TOKEN)
    workspace.add_channel(SUPPORT, "U0ALICE", "U0BOB")

    async def seen(_: web.Request) -> web.Response:
        return web.json_response({"calls": len(fake.calls), "responses": len(fake.responses)})

    async def card(_: web.Request) -> web.Response:
        return web.json_response(asdict([each for each in workspace.messages if each.thread_ts is None][-1]))

    beside = web.Application()
    beside.router.add_get("/seen", seen)
    beside.router.add_get("/card", card)
    runner = web.AppRunner(beside, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with fake.serve():
        print("ready", fake.url, f"http://{host}:{port}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    match sys.argv[1]:
        case "floor":
            floor()
        case "bolt":
            bolt()
        case "bolt-first":
            bolt(first=True)
        case "door":
            door()
        case "echo":
            echo()
        case "slack":
            asyncio.run(slack())
