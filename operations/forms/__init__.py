"""Forms for every operation: which fields there are, what is asked in which words, and what answers come to."""

from operations.forms.compose import CLEARS, CURRENCY, EXTRA, Answer, Filled, compose, given_beside, says_nothing
from operations.forms.fields import Control, Field, Fields, fields_of, numbered, numbers, template
from operations.forms.hints import hint
from operations.forms.partial import partly
from operations.forms.prefill import prefilled

__all__ = [
    "CLEARS",
    "CURRENCY",
    "EXTRA",
    "Answer",
    "Control",
    "Field",
    "Fields",
    "Filled",
    "compose",
    "fields_of",
    "given_beside",
    "hint",
    "numbered",
    "numbers",
    "partly",
    "prefilled",
    "says_nothing",
    "template",
]
