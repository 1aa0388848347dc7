"""``python -m operations.sandbox --port 8123``: the sandbox as a process of its own, until it is stopped."""

import argparse
import asyncio
import contextlib

from operations.sandbox import create_app, serve
from operations.sandbox.app import NOTICE


async def run(host: str, port: int, *, seed: bool) -> None:
    """Serves until cancelled. The first line says what it is, the second where it listens."""
    running = await serve(create_app(seed=seed), host, port)
    print(NOTICE, f"Listening on {running.url}", sep="\n", flush=True)
    await running.wait()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m operations.sandbox", description=NOTICE)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--empty", action="store_true", help="without the seeded business")
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(arguments.host, arguments.port, seed=not arguments.empty))


if __name__ == "__main__":
    main()
