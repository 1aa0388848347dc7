"""The command line: ``countersign serve``, ``demo``, ``check`` and the windows on the registry.

This module only describes the commands; each one's work is in a module of its own, imported when it runs, so that
``countersign explain`` doesn't wait for Slack's libraries.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from bot.errors import CountersignError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 1 something is wrong, 2 used wrongly, 130 interrupted."""
    arguments = _parser().parse_args(argv)
    try:
        command = importlib.import_module(f"bot.cli.{arguments.module}")
        return int(command.run(arguments))
    except CountersignError as error:
        print(f"countersign: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (such as `head`) has enough; nothing more may be written, not even by the interpreter's exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="countersign",
        description="Run any Stripe operation from Slack, with a second person's approval for what is risky.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    serve = _command(commands, "serve", "run the bot against Slack and Stripe, as the settings say")
    door = serve.add_mutually_exclusive_group()
    door.add_argument("--socket", action="store_const", const="socket", dest="mode", help="use Socket Mode")
    door.add_argument("--http", action="store_const", const="http", dest="mode", help="listen for Slack's requests")

    demo = _command(commands, "demo", "try it on this machine: a local Slack, a sandbox Stripe and the bot")
    demo.add_argument("--port", type=_port, help="the port of the web page (3000, or the next free one)")
    demo.add_argument("--no-browser", action="store_true", help="open no browser")

    check = _command(commands, "check", "say what is missing or wrong before you serve")
    check.add_argument("--offline", action="store_true", help="look at the settings and keys only; contact nobody")

    operations = _command(commands, "operations", "list Stripe's operations, best match first")
    operations.add_argument("query", nargs="*", metavar="QUERY", help="words, a path or an id to look for")
    operations.add_argument("--json", action="store_true", help="one JSON object a line")

    explain = _command(commands, "explain", "say what a /stripe text means, without running it")
    explain.add_argument("--json", action="store_true", help="answer with one JSON object")
    explain.add_argument(
        "--stdin",
        action="store_true",
        help="read one text a line (a backslash at its end goes on), answer one JSON object a line",
    )
    explain.add_argument("text", nargs=argparse.REMAINDER, metavar="TEXT", help="what would follow /stripe")

    catalog = _command(commands, "catalog", "compile the registry from the stripe package's source")
    building = catalog.add_subparsers(metavar="ACTION", required=True, dest="action")
    build = building.add_parser("build", help="write the catalog and print what changed")
    build.add_argument("--check", action="store_true", help="write nothing; fail where the catalog is out of date")
    build.add_argument("--allow-removals", action="store_true", help="accept that operations have disappeared")

    keys = _command(commands, "keys", "look after the master keys that encrypt Stripe's keys")
    caring = keys.add_subparsers(metavar="ACTION", required=True, dest="action")
    caring.add_parser("generate", help="print a new line for the master key file")
    caring.add_parser("status", help="say how much is sealed under which master key")
    caring.add_parser("rotate", help="seal everything anew under the first master key")

    audit = _command(commands, "audit", "prove or export the audit trail")
    proving = audit.add_subparsers(metavar="ACTION", required=True, dest="action")
    proving.add_parser("verify", help="go through every workspace's chain and say whether it is whole")
    proving.add_parser("export", help="print every event, one JSON object a line")

    policy = _command(commands, "policy", "check or print policies, as YAML")
    writing = policy.add_subparsers(metavar="ACTION", required=True, dest="action")
    checking = writing.add_parser("check", help="say whether a file is a policy, or all that is wrong with it")
    checking.add_argument("file", metavar="FILE", help="a YAML file; - for standard input")
    writing.add_parser("schema", help="print the JSON schema of policies")
    preset = writing.add_parser("export", help="print a policy that comes with the bot, to begin one's own from")
    preset.add_argument("--preset", choices=("standard", "strict"), default="standard", help="which one (standard)")

    manifest = _command(commands, "manifest", "print the Slack app's manifest")
    manifest.add_argument("--url", help="the bot's public address, for HTTP mode; without it, Socket Mode")
    manifest.add_argument("--check", metavar="FILE", help="print nothing; fail where FILE is not this manifest")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    parser.set_defaults(module=name)
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)
