"""A form as it is kept: what each step makes of it, and what no step may do."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain import Account, Place
from bot.forms.adding import chosen, offered
from bot.forms.draft import MOST_SHOWN, Draft, begun
from bot.forms.views import form_view
from bot.policy import DEFAULT_POLICY
from bot.text import Style
from operations.forms import EXTRA, Answer, Filled, partly, prefilled
from operations.grammar import Command, parse
from operations.registry import registry
from operations.spec import Operation
from tests.block_rules import plain_style_problems, view_problems

REGISTRY = registry()
STYLES: tuple[Style, ...] = get_args(Style)
LARGE = (
    "subscriptions create",
    "payment_intents create",
    "checkout sessions create",
    "accounts create",
    "prices create",
    "customers update",
    "v2 core accounts create",
    "coupons create",
    "refunds create",
)
SECRET = "_".join(("sk", "test", "a1B2" * 8))


def operation(name: str) -> Operation:
    found = REGISTRY.longest_words(name.split())
    assert found is not None
    return found[0]


def draft_of(filled: Filled) -> Draft:
    return begun(team_id="T1", id="0" * 36, user_id="U1", place=Place("C1"), filled=filled)


def new(name: str, /, **answers: Answer) -> Draft:
    return draft_of(Filled(operation(name), answers))


def account(alias: str, *, live: bool) -> Account:
    return Account("T1", alias, 1, alias, live, "acct_1", alias, "sk", "abcd")


ACCOUNTS = tuple(account(alias, live=live) for alias in ("default", "acme") for live in (False, True))


def problems(draft: Draft) -> list[str]:
    """What Slack would refuse of the draft's form, in either style."""
    found = []
    for style in STYLES:
        view = form_view(draft, ACCOUNTS, DEFAULT_POLICY, style, notice="Something")
        found += view_problems(view)
        found += plain_style_problems(view) if style == "plain" else []
    return found


class FillingIn(RuleBasedStateMachine):
    """Somebody who adds, pages, types, clears and switches in any order."""

    draft: Draft
    typed: dict[str, Answer]

    @initialize(name=st.sampled_from(LARGE))
    def open(self, name: str) -> None:
        self.draft, self.typed = new(name), {}

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        """A field, a part, a page, an item, or the field for anything else."""
        offer = offered(self.draft)
        if offer:
            before = self.draft
            self.draft = chosen(before, data.draw(st.sampled_from([each.value for each in offer])))
            assert self.draft != before

    @rule(
        value=st.sampled_from(["", "f:", "f:99999", "f:-1", "f:more", "g:bogus", "n:7", "i:bogus", "i:", "x", "i:name"])
    )
    def forge(self, value: str) -> None:
        """What no select offers."""
        self.draft = chosen(self.draft, value)

    @rule(
        group=st.sampled_from(["", "items", "items[0]", "items[0", "price_data", "name", "items[0][price_data]", "]["])
    )
    def forge_an_item(self, group: str) -> None:
        """What no button says."""
        self.draft = self.draft.with_item(group)

    @rule(
        data=st.data(),
        answer=st.sampled_from(["x", "12.50", "null", "usd", "a=b\nc=d", "{", "1767225600", ("de", "fr")]),
    )
    def type(self, data: st.DataObject, answer: Answer) -> None:
        """Into a field that is shown, whether it fits there or not."""
        name = data.draw(st.sampled_from([each.name for each in self.draft.visible]))
        self._answer(name, answer)

    @rule(data=st.data())
    def clear(self, data: st.DataObject) -> None:
        """A field that is shown."""
        self._answer(data.draw(st.sampled_from([each.name for each in self.draft.visible])), "")

    @rule(text=st.sampled_from(["", "--expand customer", "currency=usd"]))
    def type_beside(self, text: str) -> None:
        """Into the field for anything else, where it is shown."""
        if self.draft.further:
            self._answer(EXTRA, text)

    @rule(alias=st.sampled_from([None, "acme"]), live=st.booleans())
    def switch(self, alias: str | None, live: bool) -> None:
        """To another account."""
        self.draft = replace(self.draft, account=alias, live=live)

    def _answer(self, name: str, answer: Answer) -> None:
        self.draft = self.draft.with_answers({name: answer})
        self.typed.pop(name, None)
        if answer:
            self.typed[name] = answer

    @invariant()
    def nothing_that_was_typed_is_lost(self) -> None:
        assert dict(self.draft.answers) == self.typed

    @invariant()
    def what_was_typed_is_shown(self) -> None:
        shown = {*(each.name for each in self.draft.visible), *((EXTRA,) if self.draft.further else ())}
        assert set(self.typed) <= shown

    @invariant()
    def no_more_is_shown_than_fits_and_nothing_twice(self) -> None:
        names = [each.name for each in self.draft.visible]
        assert len(names) == len(set(names)) <= MOST_SHOWN

    @invariant()
    def every_field_that_is_shown_exists(self) -> None:
        assert {each.name for each in self.draft.visible} == set(self.draft.shown) - {EXTRA}

    @invariant()
    def slack_takes_the_form(self) -> None:
        assert problems(self.draft) == []


TestFillingIn = FillingIn.TestCase
TestFillingIn.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


# --- what it begins with ---------------------------------------------------------------------------------------------


def test_a_new_form_shows_its_ids_what_is_required_and_what_is_common() -> None:
    """In this order."""
    assert new("customers update").shown[0] == "customer"
    assert "currency" in new("prices create").shown


def test_what_is_answered_already_is_shown() -> None:
    """Though nobody gives it usually."""
    draft = new("customers create", **{"address[city]": "Berlin", "amount!currency": "usd"})
    assert "address[city]" in [each.name for each in draft.visible]


def test_a_command_with_more_answers_than_fit_is_shown_as_far_as_it_fits_and_the_rest_beside_the_fields() -> None:
    """All of it is said, and stays what it is."""
    arguments = " ".join(f"-d items[{n}][price]=price_{n} -d items[{n}][quantity]={n + 1}" for n in range(20))
    command = parse(f"subscriptions create --customer cus_1 {arguments}", REGISTRY)
    assert isinstance(command, Command)
    draft = draft_of(prefilled(command))
    assert len(draft.visible) <= MOST_SHOWN
    assert set(draft.filled.answers) <= {*(each.name for each in draft.visible), EXTRA}
    assert problems(draft) == []


@pytest.mark.parametrize("wrong", ["bogus=1", "-d items[0][quantity]=many"])
def test_a_text_with_more_than_fits_and_something_wrong_is_a_form_all_the_same(wrong: str) -> None:
    """It is put right there."""
    arguments = " ".join(f"-d items[{n}][price]=price_{n}" for n in range(40))
    filled = partly(f"subscriptions create --customer cus_1 {wrong} {arguments}", REGISTRY)
    assert isinstance(filled, Filled)
    draft = draft_of(filled)
    assert len(draft.visible) <= MOST_SHOWN
    assert problems(draft) == []


@pytest.mark.parametrize(
    "text",
    [
        "refunds create --amount abc --charge ch_1",
        "coupons create --max-redemptions many --percent-off half",
        "coupons create --redeem-by soon --duration whim",
        "customers create --email nobody --bogus 1",
        f"customers create --bogus 1 --description {'x' * 4000}",
        f"customers create --bogus {'x' * 4000}",
        "prices create --currency nonsense active=maybe",
    ],
)
def test_what_was_typed_wrong_stands_in_a_form_that_slack_takes(text: str) -> None:
    """Whatever it is, for an input that takes numbers, times or choices."""
    filled = partly(text, REGISTRY)
    assert isinstance(filled, Filled)
    assert problems(draft_of(filled)) == []


# --- items -----------------------------------------------------------------------------------------------------------


def test_a_further_item_has_the_fields_of_the_first() -> None:
    """Of those that are shown."""
    draft = new("subscriptions create", **{"items[0][price]": "price_1", "items[0][quantity]": "2"}).with_item("items")
    names = [each.name for each in draft.visible]
    assert {"items[1][price]", "items[1][quantity]"} <= set(names)
    assert [name for name in names if name.startswith("items[1]")] == [
        name.replace("[0]", "[1]") for name in names if name.startswith("items[0]")
    ]


def test_an_item_of_a_list_in_an_item_is_added_there() -> None:
    """Each item has its own; adding an item adds the lists in it."""
    first, second = "items[0][discounts][0][coupon]", "items[0][discounts][1][coupon]"
    draft = new("subscriptions create", **{first: "A"})
    assert draft.lists == ("items", "items[0][discounts]")
    draft = draft.with_item("items[0][discounts]")
    assert second in draft.shown
    draft = draft.with_item("items")
    assert {"items[1][discounts][0][coupon]", "items[1][discounts][1][coupon]"} <= set(draft.shown)
    assert draft.lists == ("items", "items[0][discounts]", "items[1][discounts]")
    draft = draft.with_item("items[1][discounts]")
    assert "items[1][discounts][2][coupon]" in draft.shown
    assert "items[0][discounts][2][coupon]" not in draft.shown


def test_an_item_that_does_not_fit_is_not_begun() -> None:
    """Half of one would be none."""
    draft = new("subscriptions create", **{"items[0][price]": "price_1", "items[0][quantity]": "2"})
    for _ in range(MOST_SHOWN):
        draft = draft.with_item("items")
    assert len(draft.visible) <= MOST_SHOWN
    ends = {each.name.partition("]")[0] for each in draft.visible if each.name.startswith("items[")}
    assert {f"{end}][price]" for end in ends} | {f"{end}][quantity]" for end in ends} <= set(draft.shown)
    assert draft.with_item("items") == draft


def test_a_full_form_still_takes_anything_else() -> None:
    """As text, and shows it."""
    draft = new("payment_intents create")
    for each in draft.fields.all:
        draft = draft.with_field(each.name)
    assert draft.is_full
    assert "Anything else, as name=value" in [each.text for each in offered(draft)]
    assert draft.with_field("description").visible == draft.visible
    with_more = draft.with_field(EXTRA)
    assert with_more.further
    assert len(with_more.visible) <= MOST_SHOWN
    assert problems(with_more) == []


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_secret_is_not_kept() -> None:
    """Neither beside other words, nor in a list, nor in place of what was there."""
    draft = new("customers create", name="Jenny").with_answers(
        {
            "name": f"Jenny {SECRET}",
            "description": SECRET,
            "preferred_locales": ("de", SECRET),
            "email": "j@example.com",
        }
    )
    assert draft.answers == {"email": "j@example.com"}


def test_what_a_person_typed_is_not_in_the_drafts_repr() -> None:
    """Logs hold none of it."""
    assert "Jenny" not in repr(new("customers create", name="Jenny"))


def test_fields_of_one_object_stand_together() -> None:
    """In the order of their objects' first fields."""
    draft = new("customers create")
    for name in ("address[city]", "shipping[name]", "address[country]"):
        draft = draft.with_field(name)
    headings = [each.heading for each in draft.visible]
    assert [each for each, before in zip(headings, ["?", *headings], strict=False) if each != before] == list(
        dict.fromkeys(headings)
    )
