"""What people ask for in schedules: each with something at Stripe that nobody else asks about."""

from dataclasses import dataclass
from itertools import count

from operations.sandbox import Sandbox
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import HIGHLIGHTS
from operations.sandbox.state import Book, copied
from tests.faults.approval_model import Case, Deed


@dataclass
class Cases:
    """Makes them, and what they are about, at a sandbox. No two are alike."""

    stripe: Sandbox

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def make(self, deed: Deed, asker: str, *, lines: int = 2, go_on: bool = False) -> Case:
        """A case that nobody has asked for yet; ``lines`` and ``go_on`` are those of a list."""
        match deed:
            case "deletion":
                mark = self._customer()
                return Case(mark, deed, asker, text=f"customers delete {mark}")
            case "list":
                charges = tuple(self._charge() for _ in range(lines))
                listed = "\n".join(("charge,amount,currency", *(f"{each},1.00,usd" for each in charges)))
                text = f"bulk refunds {'--go-on' if go_on else '--stop'}\n{listed}"
                return Case(charges[0], deed, asker, text=text, charges=charges, go_on=go_on)
        mark, charge = self._mark(), self._charge()
        text = f"refunds create --charge {charge} --amount 100 --metadata[case]={mark}"
        return Case(mark, deed, asker, text=text, charges=(charge,))

    def change(self, case: Case) -> tuple[Case, dict[str, str]]:
        """What somebody asks for in a case's place, and what they change in its form to that end."""
        if case.deed == "deletion":
            mark = self._customer()
            return Case(mark, case.deed, case.asker, text="", changes=case), {"customer": mark}
        mark = self._mark()
        said = {"amount": f"2.{mark[-5:-3]}", "metadata": f"case={mark}"}
        return Case(mark, case.deed, case.asker, text="", charges=case.charges, changes=case), said

    def refund_elsewhere(self, case: Case, line: int) -> None:
        """Somebody refunds in the Dashboard what a case is about; of a list, what that line of it is about."""
        for charge_id in case.charges[line % max(len(case.charges), 1) :][:1]:
            charge = self._book.get("charge", charge_id)
            assert charge is not None
            charge.update(amount_refunded=charge["amount"], refunded=True)

    @property
    def _book(self) -> Book:
        return self.stripe.state.book(ACCOUNT, livemode=False)

    def _mark(self) -> str:
        return f"case{next(self._numbers):07}end"

    def _customer(self) -> str:
        mark = f"cus_{self._mark()}"
        self._put("customer", HIGHLIGHTS["customer_to_delete"], mark)
        return mark

    def _charge(self) -> str:
        charge = f"ch_{next(self._numbers):07}"
        self._put("charge", HIGHLIGHTS["refundable_charge"], charge)
        return charge

    def _put(self, kind: str, pattern: str, new_id: str) -> None:
        self._book.put({**copied(self._book.get(kind, pattern)), "id": new_id})
