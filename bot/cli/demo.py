"""``countersign demo``: try it on this machine."""

import argparse
import asyncio

from bot import logs


def run(arguments: argparse.Namespace) -> int:
    """Run the demo until Ctrl-C."""
    logs.configure("warning")
    # Loaded here and not above: the demo's parts take a second, and a person should see that something begins.
    print("Starting the demo …", flush=True)
    from bot.demo.demo import demo

    def say(text: str) -> None:
        print(text, flush=True)

    asyncio.run(demo(port=arguments.port, open_browser=not arguments.no_browser, say=say))
    print("The demo has ended.")
    return 0
