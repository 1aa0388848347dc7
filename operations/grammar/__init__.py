"""The language of ``/stripe``: text to calls and back, in the manner of the Stripe CLI."""

from operations.grammar.parse import Command, parse
from operations.grammar.render import render

__all__ = ["Command", "parse", "render"]
