"""Stripe's error texts at the border: typed, masked, never breaking the reader."""

from hypothesis import given
from hypothesis import strategies as st

from operations.stripe_errors import MAX_MESSAGE, STRIPE_DASHBOARD, parse_error

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
MEMBERS = st.dictionaries(
    st.sampled_from(["type", "code", "param", "message", "doc_url", "request_log_url", "approval_request"]) | st.text(),
    JSON,
    max_size=6,
)


def test_a_v1_card_error_keeps_its_members() -> None:
    """Type, code, parameter, decline code and Stripe's links are what people act on."""
    parsed = parse_error(
        402,
        {
            "error": {
                "type": "card_error",
                "code": "card_declined",
                "decline_code": "insufficient_funds",
                "param": "",
                "message": "Your card has insufficient funds.",
                "doc_url": "https://docs.stripe.com/error-codes/card-declined",
                "request_log_url": "https://dashboard.stripe.com/test/logs/req_1",
                "charge": "ch_1",
            }
        },
    )
    assert parsed is not None
    error = parsed.error
    assert (error.type, error.code, error.decline_code) == ("card_error", "card_declined", "insufficient_funds")
    assert error.message == "Your card has insufficient funds."
    assert error.doc_url == "https://docs.stripe.com/error-codes/card-declined"
    assert error.request_log_url == "https://dashboard.stripe.com/test/logs/req_1"
    assert (error.status, error.param, parsed.approval_url) == (402, None, None)


def test_a_v2_error_names_its_parameter_by_another_word() -> None:
    """v2 writes invalid_param, and may leave the message to user_message."""
    parsed = parse_error(400, {"error": {"code": "invalid_fields", "invalid_param": "name", "user_message": "No."}})
    assert parsed is not None
    assert (parsed.error.param, parsed.error.message, parsed.error.type) == ("name", "No.", "api_error")


def test_a_permission_error_tells_the_permission_and_nothing_of_the_key() -> None:
    """E10: the missing permission is shown; the key's tail and the account are not, though the account is kept."""
    parsed = parse_error(
        403,
        {
            "error": {
                "type": "invalid_request_error",
                "message": "The provided key 'rk_live_*********abcd' does not have the required permissions for this"
                " endpoint on account 'acct_1TheAccount'. Having the 'rak_charge_write' permission would allow this"
                " request to continue.",
            }
        },
    )
    assert parsed is not None
    assert parsed.error.message == "The key lacks a permission: rak_charge_write."
    assert parsed.error.account == "acct_1TheAccount"
    assert "acct_" not in repr(parsed.error)


def test_a_connect_permission_error_without_a_name_hides_key_and_account() -> None:
    """The Connect variant names no permission; what it says is kept, what it gives away is not."""
    parsed = parse_error(
        403,
        {
            "error": {
                "code": "more_permissions_required_for_application",
                "message": "The key 'sk_live_***wxyz' may not act for 'acct_1A' or 'acct_1B'.",
            }
        },
    )
    assert parsed is not None
    assert "wxyz" not in parsed.error.message
    assert "acct_" not in parsed.error.message
    assert parsed.error.account is None, "two accounts name none"


def test_only_a_permission_error_names_the_keys_account() -> None:
    """Elsewhere an account in the text is what the call was about."""
    parsed = parse_error(400, {"error": {"message": "No such destination: 'acct_1Other'"}})
    assert parsed is not None
    assert parsed.error.account is None
    assert "acct_1Other" in parsed.error.message


def test_an_expired_key_is_said_to_be_expired_without_its_tail() -> None:
    """E11: the text of Stripe shows the last characters; ours doesn't."""
    body = {"error": {"code": "api_key_expired", "message": "Expired API Key provided: sk_live_****xCB6PW"}}
    parsed = parse_error(401, body)
    assert parsed is not None
    assert parsed.error.message == "Stripe says this key has expired or was replaced."


def test_a_key_in_any_member_is_masked() -> None:
    """A message can repeat what the caller sent, in any member."""
    secret = "sk_test_" + "ThisIsNotARealKey1234"
    parsed = parse_error(400, {"error": {"type": secret, "param": f"metadata[{secret}]", "message": f"Bad: {secret}"}})
    assert parsed is not None
    assert secret not in f"{parsed.error!r}"


def test_a_secret_at_the_edge_of_the_cut_is_masked_whole() -> None:
    """Text is masked before it is cut."""
    secret = "sk_test_" + "ThisIsNotARealKey1234"
    parsed = parse_error(400, {"error": {"message": "x" * (MAX_MESSAGE - 12) + " " + secret}})
    assert parsed is not None
    assert "sk_test" not in parsed.error.message
    assert len(parsed.error.message) <= MAX_MESSAGE


def test_links_lead_to_stripe_or_nowhere() -> None:
    """A link is for clicking, so only HTTPS to Stripe passes."""
    for link in (
        "https://evil.example/x",
        "https://stripe.com.evil.example/",
        "https://api.stripe.com@evil.example/",
        "https://notstripe.com/",
        "http://dashboard.stripe.com/",
        "javascript:alert(1)",
        "https://dashboard.stripe.com/\n<!channel>",
        "https://[",
    ):
        parsed = parse_error(400, {"error": {"message": "No.", "doc_url": link}})
        assert parsed is not None
        assert parsed.error.doc_url is None


def test_stripes_own_approval_is_found_with_its_link() -> None:
    """E16: error.approval_request, as an object or as an id."""
    url = "https://dashboard.stripe.com/approvals/areq_1"
    for given_request, expected in (
        ({"id": "areq_1", "dashboard_url": url}, url),
        ("areq_1", STRIPE_DASHBOARD),
        ({"id": "areq_1", "url": "https://evil.example"}, STRIPE_DASHBOARD),
        ({}, STRIPE_DASHBOARD),
    ):
        parsed = parse_error(400, {"error": {"message": "Needs approval.", "approval_request": given_request}})
        assert parsed is not None
        assert parsed.approval_url == expected


@given(st.integers(400, 599), JSON | st.fixed_dictionaries({"error": JSON | MEMBERS}))
def test_no_body_breaks_the_reader(status: int, body: object) -> None:
    """Whatever JSON comes, it is an error with a message or none at all."""
    parsed = parse_error(status, body)
    assert parsed is None or (parsed.error.message and parsed.error.status == status)
