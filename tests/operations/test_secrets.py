"""Keys as values that don't leak, and the finding and masking of secrets in text."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.secrets import SecretKey, find_secret, locate_secret, scrub

# Put together here, so that no scanner takes this file for a leak.
LIVE = "sk_" + "live_" + "51HnotakeynotakeyNOTAKEY"
RESTRICTED = "rk_" + "live_" + "51HnotakeynotakeyNOTAKEY"
SIGNING = "whsec" + "_" + "notasecretnotasecret"
CARD = "4242424242424242"


def test_parsing_a_key_gives_its_kind_mode_and_tail() -> None:
    """What may be shown of a key is its kind, its mode and its last four characters."""
    key = SecretKey.parse("  rk_test_obviouslyfake1234 ")
    assert (key.kind, key.livemode, key.tail4) == ("rk", False, "1234")
    assert key.reveal() == "rk_test_obviouslyfake1234"
    assert SecretKey.parse(LIVE).livemode


@pytest.mark.parametrize(
    "text", ["", "pk_test_obviouslyfake", "sk_test_x", "sk_prod_obviouslyfake", "sk_test_a b c d e f g", "hello"]
)
def test_what_is_no_secret_key_is_refused_without_repeating_it(text: str) -> None:
    """The refusal is a sentence that may be shown, so it never holds what was typed."""
    with pytest.raises(ValueError, match="not a Stripe secret") as caught:
        SecretKey.parse(text)
    assert not text or text not in str(caught.value)


def test_nothing_but_reveal_gives_the_key() -> None:
    """No formatting, pickling, copying or dumping of a key shows it."""
    key = SecretKey.parse(LIVE)
    shown = [repr(key), str(key), f"{key}", f"{key:>40}", repr([key]), json.dumps({"key": key}, default=str)]
    assert all("51Hnot" not in each for each in shown)
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(key)
    with pytest.raises(TypeError):
        vars(key)


def test_keys_are_equal_by_value() -> None:
    """Two values of one key are one key."""
    assert SecretKey.parse(LIVE) == SecretKey.parse(LIVE)
    assert SecretKey.parse(LIVE) != SecretKey.parse(RESTRICTED)
    assert len({SecretKey.parse(LIVE), SecretKey.parse(LIVE)}) == 1
    assert SecretKey.parse(LIVE) != LIVE


SECRETS = [
    (LIVE, "a Stripe secret key"),
    ("sk_test_abc", "a Stripe secret key"),
    ("Sk_" + "live_" + "51Habcdef", "a Stripe secret key"),
    ("sk_live_...", "a Stripe secret key"),
    (f"name={LIVE}", "a Stripe secret key"),
    (f"Bearer{LIVE}", "a Stripe secret key"),
    ("sk_li\u200bve_51Habcdef", "a Stripe secret key"),
    ("ｓｋ_live_51Habcdef", "a Stripe secret key"),
    ("sk_org_live_51Habcdef", "a Stripe secret key"),
    (RESTRICTED, "a Stripe restricted key"),
    ("pk_live_51Habcdef", "a Stripe publishable key"),
    ("ek_test_abcdef", "a Stripe ephemeral key"),
    (SIGNING, "a webhook signing secret"),
    ("whsec_...", "a webhook signing secret"),
    ("xoxb" + "-not-a-token", "a Slack token"),
    ("xoxe." + "xoxp-not-a-token", "a Slack token"),
    ("xapp" + "-1-not-a-token", "a Slack token"),
    ("pi_3N_secret_abc", "a client secret"),
    ("seti_1abc_secret_def", "a client secret"),
    ("cs_test_a1b2_secret_def", "a client secret"),
    ("-----BEGIN PRIVATE KEY-----", "a private key"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "a private key"),
    ("\u2014BEGIN EC PRIVATE KEY\u2014", "a private key"),
    ("AKIA" + "NOTAREALKEY12345", "an AWS access key"),
    ("ghp" + "_" + "notatokennotatokennotatoken", "a GitHub token"),
]


@pytest.mark.parametrize(("text", "kind"), SECRETS)
def test_secrets_are_found_wherever_they_stand(text: str, kind: str) -> None:
    """B2, B3, B5: a credential anywhere in a text is found, with its kind."""
    assert find_secret(text) == kind
    assert find_secret(f"customers create --name {text}") == kind
    assert find_secret(f'"{text}"') == kind


CARDS = [
    CARD,
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "4242\u00a04242\u00a04242\u00a04242",
    "4242\u20134242\u20134242\u20134242",
    "4242.4242.4242.4242",
    "４２４２４２４２４２４２４２４２",
    "3782 822463 10005",
    "30569309025904",
    "4222222222222",
    "6011111111111117",
    "5555555555554444",
    "6205500000000000004",
]


@pytest.mark.parametrize("card", CARDS)
def test_card_numbers_are_found_however_they_are_grouped(card: str) -> None:
    """B4: 13 to 19 digits that pass the Luhn check are a card number, whatever stands between the groups."""
    assert find_secret(card) == "a card number"
    assert find_secret(f"--quantity 2 {card} 123 12/34") == "a card number"
    assert find_secret(f"card={card},") == "a card number"


@pytest.mark.parametrize(
    "text",
    [
        "customers list --limit 3",
        "4242424242424241",
        "1700000000",
        "1700000000000",
        "0000000000000000",
        "+4915112345678",
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "2026-11-01 2026-11-02",
        "cus_4242424242424242",
        "task_test_x disk_test_partition",
        "in_1abc sub_1 cs_test_a1b2c3",
        "pi_3NabcdefABCDEF",
        "my_top_secret_project",
        "PRIVATE KEY",
    ],
)
def test_ordinary_text_is_no_secret(text: str) -> None:
    """Ids, times, telephone numbers and bank accounts are not mistaken for secrets."""
    assert find_secret(text) is None
    assert scrub(text) == text


def test_a_secret_has_its_place() -> None:
    """The place of the first secret lets a caller point at it without repeating it."""
    found = locate_secret(f"name={LIVE} x")
    assert found is not None
    assert (found.start, found.end) == (5, 5 + len(LIVE))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Expired API Key provided: sk_live_****xCB6PW", "Expired API Key provided: [a Stripe secret key removed]"),
        (
            "The provided key 'rk_live_***abcd' does not have the required permissions",
            "The provided key '[a Stripe restricted key removed]' does not have the required permissions",
        ),
        (f"{CARD} and {SIGNING}", "[a card number removed] and [a webhook signing secret removed]"),
    ],
)
def test_scrubbing_masks_every_secret(text: str, expected: str) -> None:
    """E10, E11: key tails and masked keys in Stripe's own error texts go, too."""
    assert scrub(text) == expected


@given(st.text(max_size=40), st.sampled_from([each for each, _ in SECRETS] + CARDS), st.text(max_size=40))
def test_scrubbed_text_holds_no_secret(before: str, secret: str, after: str) -> None:
    """What went through scrub has nothing left that would be found."""
    assert find_secret(scrub(f"{before} {secret} {after}")) is None


@given(st.text(max_size=200))
def test_any_text_can_be_searched_and_scrubbed(text: str) -> None:
    """The search never raises, and its two halves agree."""
    assert (find_secret(text) is None) == (scrub(text) == text)
