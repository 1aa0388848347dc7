"""``countersign keys``: making, counting and rotating the master keys that everything secret is sealed under."""

import argparse
import asyncio
import sys

from bot import logs
from bot.cli.terminal import bold
from bot.keys.ring import KeyRing, new_line
from bot.keys.rotation import key_usage, rotate
from bot.settings import load
from bot.store.engine import Store


def run(arguments: argparse.Namespace) -> int:
    """Do what ``arguments.action`` says; 1 where something sealed can't be read with the keys that are set."""
    if arguments.action == "generate":
        print(new_line())
        if not sys.stdout.isatty():
            print("Keep the file to yourself: chmod 600. Without it nothing sealed can be read.", file=sys.stderr)
        return 0
    logs.configure("warning")
    return asyncio.run(_with_store(rotating=arguments.action == "rotate"))


async def _with_store(*, rotating: bool) -> int:
    settings = load()
    ring = KeyRing.load(settings.master_key_file, settings.master_key)
    store = await Store.open(settings.database_url.get_secret_value())
    try:
        await ring.check(store)
        return await (_rotate(store, ring) if rotating else _status(store, ring))
    finally:
        await store.close()


async def _status(store: Store, ring: KeyRing) -> int:
    usage = await key_usage(store)
    for key_id in [*ring.ids, *sorted(set(usage) - set(ring.ids))]:
        role = "encrypts" if key_id == ring.primary else "decrypts" if key_id in ring.ids else "is not set"
        rows = ", ".join(f"{count} of {table}" for table, count in sorted(usage.get(key_id, {}).items()))
        print(f"{bold(key_id)}  {role}; {rows or 'nothing is sealed under it'}")
    return 0 if set(usage) <= set(ring.ids) else 1


async def _rotate(store: Store, ring: KeyRing) -> int:
    done = await rotate(store, ring)
    print(f"{done.moved.total()} rows are now sealed under {bold(ring.primary)}.")
    if done.unreadable.total():
        tables = ", ".join(f"{count} of {table}" for table, count in sorted(done.unreadable.items()) if count)
        print(f"No key that is set opens {tables}; they were left as they are.", file=sys.stderr)
        return 1
    print("Lines of other keys may go from the key file once every process has the new one.")
    return 0
