"""``countersign audit``: the audit trail, proven whole or printed."""

import argparse
import asyncio
import json
import sys

from bot import audit, logs
from bot.settings import load
from bot.store.engine import Store, Transaction


def run(arguments: argparse.Namespace) -> int:
    """Do what ``arguments.action`` says; 1 where a chain is broken."""
    logs.configure("warning")
    return asyncio.run(_with_store(exporting=arguments.action == "export"))


async def _with_store(*, exporting: bool) -> int:
    store = await Store.open(load().database_url.get_secret_value())
    try:
        return await store.read(_export if exporting else _verify)
    finally:
        await store.close()


def _export(tx: Transaction) -> int:
    for team_id in audit.workspaces(tx):
        for event in audit.export(tx, team_id):
            print(json.dumps(event, ensure_ascii=False))
    return 0


def _verify(tx: Transaction) -> int:
    broken = 0
    for team_id in audit.workspaces(tx):
        report = audit.verify(tx, team_id)
        if report.problem is None:
            print(f"{team_id}  whole: {report.events} events, the last digest is {report.digest}")
        else:
            broken += 1
            print(f"{team_id}  BROKEN after {report.events} events: {report.problem}", file=sys.stderr)
    return 1 if broken else 0
