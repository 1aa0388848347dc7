"""Sealed values open in their own place and nowhere else."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.keys.envelope import Envelope, UnreadableError
from bot.keys.ring import KeyRing, MasterKey, UnknownMasterKeyError

OLD = MasterKey("old", bytes(range(100, 132)))
NEW = MasterKey("new", bytes(range(150, 182)))
PLACE: dict[str, Any] = {"purpose": "stripe key", "team_id": "T1", "row_id": "r1", "context": ("acct_1", "test", "1")}

places = st.fixed_dictionaries(
    {
        "purpose": st.sampled_from(["stripe key", "call"]) | st.text(max_size=4),
        "team_id": st.sampled_from(["T1", "T2"]) | st.text(max_size=4),
        "row_id": st.sampled_from(["r1", "r2"]) | st.text(max_size=4),
        "context": st.lists(st.sampled_from(["", "T1", "r1"]) | st.text(max_size=4), max_size=3).map(tuple),
    }
)


@given(place=places, plaintext=st.binary(max_size=300))
def test_what_is_sealed_opens_in_its_place(place: dict[str, Any], plaintext: bytes) -> None:
    """Opening with the same place gives the value back."""
    envelope = Envelope(KeyRing([OLD]))
    assert envelope.open(**place, blob=envelope.seal(**place, plaintext=plaintext).blob) == plaintext


@given(place=places, other=places)
def test_it_opens_in_no_other_place(place: dict[str, Any], other: dict[str, Any]) -> None:
    """Any difference in purpose, workspace, row or context, field borders included, and it doesn't open (F1, F2)."""
    assume(place != other)
    envelope = Envelope(KeyRing([OLD]))
    sealed = envelope.seal(**place, plaintext=b"value")
    with pytest.raises(UnreadableError):
        envelope.open(**other, blob=sealed.blob)


@given(where=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_found(where: int, flip: int) -> None:
    """No byte of a blob can be changed without being noticed."""
    envelope = Envelope(KeyRing([OLD]))
    blob = bytearray(envelope.seal(**PLACE, plaintext=b"value").blob)
    blob[where % len(blob)] ^= flip
    with pytest.raises((UnreadableError, UnknownMasterKeyError)):
        envelope.open(**PLACE, blob=bytes(blob))


@given(length=st.integers(min_value=0, max_value=200))
def test_a_cut_blob_is_found(length: int) -> None:
    """A blob that lost its end, or all of itself, is unreadable and raises nothing untyped."""
    envelope = Envelope(KeyRing([OLD]))
    blob = envelope.seal(**PLACE, plaintext=b"value").blob
    assume(length < len(blob))
    with pytest.raises((UnreadableError, UnknownMasterKeyError)):
        envelope.open(**PLACE, blob=blob[:length])


def test_parts_of_two_blobs_do_not_join() -> None:
    """A wrapped data key doesn't open another value, though both are of the same row (no mix of old and new)."""
    envelope = Envelope(KeyRing([OLD]))
    first = envelope.seal(**PLACE, plaintext=b"first").blob
    second = envelope.seal(**PLACE, plaintext=b"other").blob
    value_begins = len(first) - len(b"first") - 16 - 12
    with pytest.raises(UnreadableError):
        envelope.open(**PLACE, blob=first[:value_begins] + second[value_begins:])


def test_the_same_value_never_looks_the_same() -> None:
    """Every write has a data key and nonces of its own, so equal values can't be told."""
    envelope = Envelope(KeyRing([OLD]))
    blobs = {envelope.seal(**PLACE, plaintext=b"value").blob for _ in range(50)}
    assert len(blobs) == 50


def test_every_byte_of_key_and_nonce_comes_from_the_random_source() -> None:
    """A write draws a data key of 32 bytes and two nonces of 12, and nothing is fixed."""
    drawn: list[int] = []

    def random(count: int) -> bytes:
        drawn.append(count)
        return bytes([len(drawn)]) * count

    Envelope(KeyRing([OLD]), random).seal(**PLACE, plaintext=b"value")
    assert drawn == [32, 12, 12]


def test_a_key_that_is_not_in_the_ring_is_named() -> None:
    """A value under an unknown master key says which one it needs (F6)."""
    sealed = Envelope(KeyRing([OLD])).seal(**PLACE, plaintext=b"value")
    with pytest.raises(UnknownMasterKeyError, match="'old'"):
        Envelope(KeyRing([NEW])).open(**PLACE, blob=sealed.blob)


def test_rewrapping_moves_a_value_to_the_first_key() -> None:
    """After rewrapping the new key alone opens it; the value's own bytes stay as they were."""
    sealed = Envelope(KeyRing([OLD])).seal(**PLACE, plaintext=b"value")
    moved = Envelope(KeyRing([NEW, OLD])).rewrap(team_id="T1", row_id="r1", blob=sealed.blob)
    assert (sealed.key_id, moved.key_id) == ("old", "new")
    assert Envelope(KeyRing([NEW])).open(**PLACE, blob=moved.blob) == b"value"
    assert moved.blob[-33:] == sealed.blob[-33:]


@pytest.mark.parametrize("place", [{"team_id": "T2", "row_id": "r1"}, {"team_id": "T1", "row_id": "r2"}])
def test_rewrapping_does_not_launder_a_copied_row(place: dict[str, str]) -> None:
    """A blob copied to another row or workspace isn't made to fit there by rotation."""
    sealed = Envelope(KeyRing([OLD])).seal(**PLACE, plaintext=b"value")
    with pytest.raises(UnreadableError):
        Envelope(KeyRing([NEW, OLD])).rewrap(**place, blob=sealed.blob)


def test_nothing_sealed_shows_in_a_repr() -> None:
    """Neither the blob nor a key of the ring is printed by accident."""
    ring = KeyRing([OLD])
    assert repr(Envelope(ring).seal(**PLACE, plaintext=b"value")) == "Sealed(key_id='old')"
    assert repr(ring) == "<KeyRing old>"
    assert repr(OLD) == "MasterKey(id='old')"
