"""``countersign serve``: the bot against Slack and Stripe, until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import ctypes
import logging
import sys

from bot import logs
from bot.settings import ServingMode, Settings, load, unknown_names

logger = logging.getLogger(__name__)

PR_SET_DUMPABLE = 4
"""From Linux's prctl.h."""


def run(arguments: argparse.Namespace) -> int:
    """Serve through the door that is asked for, or that the settings allow."""
    keep_memory_private()
    settings = load()
    mode = settings.serving_mode(arguments.mode)
    logs.configure(settings.log_level)
    for name in unknown_names():
        logger.warning("%s is no setting; `countersign check` lists them", name)
    asyncio.run(_serve(settings, mode))
    return 0


def keep_memory_private() -> None:
    """Leave no core file, and let no other process of the same user read this one's memory: keys pass through it."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


async def _serve(settings: Settings, mode: ServingMode) -> None:
    from bot.app import Countersign

    def ready() -> None:
        where = "over Socket Mode" if mode == "socket" else f"on port {settings.port}"
        logger.info("taking commands %s", where)

    async with Countersign.start(settings) as bot:
        await (bot.serve_socket(ready=ready) if mode == "socket" else bot.serve_http(ready=ready))
