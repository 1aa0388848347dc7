"""Memory at idle, and the time to get there: a whole bot beside a bare Bolt app and a bare Python."""

import asyncio
import time

from tests.benchmark.house import House, house
from tests.benchmark.measuring import Column, Figures, Options, table
from tests.benchmark.processes import MEASURED, Child, python, server

PYTHON, BOLT, BOT = "python alone", "a bare Bolt app under uvicorn", "countersign serve --http, SQLite"
LIBRARIES = "python with that bot's libraries imported"
_IMPORTS = """
import asyncio, aiohttp, slack_bolt.async_app, slack_sdk.web.async_client, uvicorn, httptools
import httpx, pydantic_settings, msgspec.json, rapidfuzz.fuzz, rapidfuzz.process, babel.numbers
import sqlalchemy.dialects.sqlite, cryptography.hazmat.primitives.ciphers.aead, itsdangerous
"""
_IDLE = "import time; print('ready', flush=True); time.sleep(600)"


def run(options: Options) -> list[str]:
    """The section's table."""
    figures = Figures()
    with house() as around:
        database = f"sqlite:///{around.folder / 'idle.sqlite3'}"
        asyncio.run(_prepare(around, database))
        for _ in range(options.rounds):
            for name, imports in ((PYTHON, ""), (LIBRARIES, _IMPORTS)):
                begun = time.perf_counter()
                with python("-c", imports + _IDLE, core=MEASURED) as bare:
                    figures.note(name, _at_rest(bare, time.perf_counter() - begun))
            begun = time.perf_counter()
            with server("bolt") as bolt:
                figures.note(BOLT, _at_rest(bolt, time.perf_counter() - begun))
            with around.serving(database, MEASURED) as bot:
                figures.note(BOT, _at_rest(bot.child, bot.seconds))
    columns = [
        Column("memory", "MB"),
        Column("memory", "x bare Bolt", BOLT),
        Column("memory", "x libraries", LIBRARIES),
        Column("seconds", "s to ready"),
        Column("seconds", "x bare Bolt", BOLT),
    ]
    return [table("resident memory at idle", figures, columns)]


async def _prepare(around: House, database: str) -> None:
    async with around.bot(database):
        pass


def _at_rest(child: Child, seconds: float) -> dict[str, float]:
    time.sleep(1.5)  # past the first turns of what goes on in the background
    return {"memory": child.resident, "seconds": seconds}
