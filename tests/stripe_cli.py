"""Stripe's own CLI as a judge: what a line means to it, by its ``--dry-run``, which sends nothing."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.demo.fetch import Package

PACKAGE = Package(
    "@stripe/cli-linux-x64",
    "1.52.0",
    "bin/stripe",
    "sha512-q5x2AIP0ZSujN7iJNIdSPerRfQ/08OTWw9ukhCyxvlo2JAfu6xf8cIGhyDv6vZsQuoh4cn3c2tNJ0J+oY+Z37Q==",
)
"""The CLI's program for Linux on x64, as npm's ``@stripe/cli`` brings it. This is the one place that pins it."""

_NO_KEY = "sk_" + "test_" + "123456789012"
_SECONDS = 60
_HEADERS = ("Stripe-Account", "Stripe-Context")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a line would ask of Stripe. Two lines mean the same where these are equal."""

    method: str
    path: str
    """Percent-decoded: the CLI leaves in an id what it should encode, and both mean that id."""
    parameters: object
    headers: Mapping[str, str]
    """Whose account it is about."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The CLI's own words of why it doesn't take a line."""

    why: str


class StripeCli:
    """The CLI with a key that opens nothing and a home of its own."""

    def __init__(self, program: Path, home: Path) -> None:
        self._home = home
        self._program = program
        self._environment = {
            "PATH": os.environ["PATH"],
            "STRIPE": str(program),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "STRIPE_API_KEY": _NO_KEY,
            "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
        }

    def commands(self) -> tuple[str, ...]:
        """The words of every command, such as ``billing_portal sessions create``."""
        tree = json.loads(self._run([str(self._program), "--map=json"]).stdout)
        return tuple(_leaves(tree, ()))

    def dry_run(self, text: str) -> Meaning | Refused:
        """What ``stripe <text>`` means when a shell has read it."""
        done = self._run(["sh", "-c", f'exec "$STRIPE" {text} --dry-run'])
        if done.returncode != 0:
            return Refused(done.stderr.strip())
        told = json.loads(done.stdout)["dry_run"]
        typed = told["url"].partition("/v2/")[1] != "" and told["method"] != "GET"
        return meaning(told["method"], urlsplit(told["url"]).path, told["params"], told["headers"], typed=typed)

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self._home,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )


def explained_meaning(told: Mapping[str, Any]) -> Meaning:
    """The meaning that ``countersign explain`` tells."""
    typed = told["path"].startswith("/v2/") and told["method"] != "GET"
    return meaning(told["method"], told["path"], {**told["query"], **told["body"]}, told["headers"], typed=typed)


def meaning(method: str, path: str, parameters: object, headers: Mapping[str, str], *, typed: bool) -> Meaning:
    """A meaning in the form that is compared. ``typed`` is for JSON bodies, where ``3`` and ``"3"`` differ."""
    named = {name: headers[name] for name in _HEADERS if name in headers}
    return Meaning(method, unquote(path), _plain(parameters, typed), named)


def _plain(value: object, typed: bool) -> object:
    """Lists for the maps with the keys 0, 1, 2 that the CLI makes of them, and text for everything in a form."""
    match value:
        case Mapping():
            items = {str(key): _plain(item, typed) for key, item in value.items()}
            if items and all(str(index) in items for index in range(len(items))):
                return [items[str(index)] for index in range(len(items))]
            return items
        case list() | tuple():
            return [_plain(item, typed) for item in value]
        case bool() if not typed:
            return "true" if value else "false"
    return value if typed else str(value)


def _leaves(node: Mapping[str, Any], above: tuple[str, ...]) -> list[str]:
    inner = node.get("commands", ())
    if not inner:
        return [" ".join(above)]
    return [leaf for each in inner for leaf in _leaves(each, (*above, each["name"]))]
