"""Where answers go, by what a workspace has said of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain import Place
from bot.placing import AS_EVER, MOST_CHANNELS, WAYS, Answers, Way, read
from operations.risk import Risk

READ, WRITE = Risk("read", frozenset(), "R1"), Risk("write", frozenset(), "R9")
HERE, DIRECT, CLOSED = Place("C0HERE"), Place("D0ALICE"), Place("C0CLOSED", closed=True)

_ways = some.sampled_from(WAYS)
_channels = some.lists(
    some.tuples(some.sampled_from(["C0HERE", "C0CLOSED", "C0OTHER"]), _ways), unique_by=lambda x: x[0]
)
_answers = some.builds(Answers, usual=_ways, quiet_reads=some.booleans(), channels=_channels.map(tuple))


@pytest.mark.parametrize(
    ("answers", "place", "risk", "way"),
    [
        (AS_EVER, HERE, READ, "thread"),
        (Answers("dm"), HERE, WRITE, "dm"),
        (Answers(quiet_reads=True), HERE, READ, "ephemeral"),
        (Answers(quiet_reads=True), HERE, WRITE, "thread"),
        (Answers(quiet_reads=True), CLOSED, READ, "thread"),
        (Answers("dm", quiet_reads=True), HERE, READ, "dm"),
        (Answers(quiet_reads=True, channels=(("C0HERE", "thread"),)), HERE, READ, "thread"),
        (Answers("ephemeral", channels=(("C0HERE", "dm"),)), HERE, READ, "dm"),
        (Answers("ephemeral", channels=(("C0OTHER", "dm"),)), HERE, READ, "ephemeral"),
    ],
)
def test_the_nearest_word_counts(answers: Answers, place: Place, risk: Risk, way: Way) -> None:
    """The channel's own, else that of reading in public channels, else the usual one."""
    assert answers.way(place, risk) == way


@given(_answers, some.sampled_from([READ, WRITE]))
def test_where_nobody_reads_along_answers_stay(answers: Answers, risk: Risk) -> None:
    """In direct messages and from App Home."""
    assert answers.way(DIRECT, risk) == "thread"
    assert answers.way(Place("U0ALICE"), risk) == "thread"


@given(_answers)
def test_what_is_kept_is_what_was_said(answers: Answers) -> None:
    """Through the JSON of the database."""
    assert read(json.loads(json.dumps(answers.stored()))) == answers


@pytest.mark.parametrize(
    "stored",
    [None, [], "dm", {}, {"usual": "loudly", "quiet_reads": "yes", "channels": {"C0": "loudly"}}, {"channels": 3}],
)
def test_what_means_nothing_holds_as_if_nobody_had_said_it(stored: object) -> None:
    assert read(stored) == AS_EVER


def test_a_channel_has_one_way_or_none() -> None:
    said = AS_EVER.in_channel("C0HERE", "dm").in_channel("C0HERE", "ephemeral")
    assert said.channels == (("C0HERE", "ephemeral"),)
    assert said.in_channel("C0HERE", None) == AS_EVER


def test_not_every_channel_has_a_way_of_its_own() -> None:
    """So that the settings stay small."""
    said = Answers(channels=tuple((f"C0{number}", "dm") for number in range(MOST_CHANNELS)))
    with pytest.raises(ValueError, match="at most"):
        said.in_channel("C0HERE", "dm")
