"""The door of Socket Mode: acknowledges each envelope at once, then hands it on as the HTTP front door does.

Slack's client keeps the connection; we answer envelopes ourselves, before anything else runs, because Bolt's own
handler acknowledges only after a listener has, and loses the acknowledgement when the listener then fails.
"""

import asyncio
import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ConfigError
from bot.intake import Intake, waits_for_answer
from bot.tasks import DrainingError

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0


class SocketDoor:
    """One Socket Mode connection."""

    def __init__(self, *, app_token: str, web_client: AsyncWebClient, intake: Intake) -> None:
        self._app_token = app_token
        self._web_client = web_client
        self._intake = intake
        self._client: SocketModeClient | None = None

    async def open(self) -> None:
        """Connect. Raises ConfigError where Slack refuses the app token; the client itself would try for ever."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._web_client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            raise ConfigError(f"Slack refuses SLACK_APP_TOKEN: {error.response.get('error')}.") from None
        except (TimeoutError, OSError) as error:
            raise ConfigError("Slack can't be reached to open a Socket Mode connection.") from error
        client = SocketModeClient(app_token=self._app_token, web_client=self._web_client)
        # The client reads proxies from the environment; where we go is for the settings alone.
        client.proxy = None
        client.socket_mode_request_listeners.append(self._receive)
        await client.connect()  # type: ignore[no-untyped-call] # the SDK leaves it unannotated
        self._client = client

    async def close(self) -> None:
        """Take nothing more."""
        if self._client is not None:
            await self._client.close()  # type: ignore[no-untyped-call] # the SDK leaves it unannotated

    async def _receive(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        # A redelivery tells its number in the envelope, as in the header of HTTP mode.
        headers = {"x-slack-retry-num": str(request.retry_attempt)} if request.retry_attempt else {}
        try:
            if waits_for_answer(request.payload):
                answer = await self._intake.answer(request.payload, headers)
                await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))
            else:
                await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
                self._intake.hand_over(request.payload, headers)
        except DrainingError:
            logger.warning("an envelope came while shutting down and was not taken")
