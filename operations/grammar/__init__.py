"""The language of ``/stripe``: text to calls and back, in the manner of the Stripe CLI."""

from operations.grammar.arguments import shape_at
from operations.grammar.binding import Command, Stated
from operations.grammar.blanks import Blank, blanks, fill
from operations.grammar.corrections import Correction, corrections, with_blanks
from operations.grammar.drafts import draft
from operations.grammar.given import given
from operations.grammar.parse import parse
from operations.grammar.render import quoted, render

__all__ = [
    "Blank",
    "Command",
    "Correction",
    "Stated",
    "blanks",
    "corrections",
    "draft",
    "fill",
    "given",
    "parse",
    "quoted",
    "render",
    "shape_at",
    "with_blanks",
]
