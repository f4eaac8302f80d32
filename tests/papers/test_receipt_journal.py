"""Whatever is paid by whomever: the receipt in the print queue says what the journal says, and opens no drawer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from psc_desk.devices.virtual import MemoryChannel, VirtualPrinter
from psc_desk.devices.virtual_parser import StreamParser
from psc_desk.models.clinic import Setting
from psc_desk.models.ledger import Account, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.payment import Payment, PaymentKind, TenderKind
from psc_desk.models.print_job import PrintJob
from psc_desk.models.till import Till
from psc_desk.money import format_money
from psc_desk.papers.slip import cells
from psc_desk.settings import PRINTER_COLUMNS
from psc_desk.usecases.payments import PaymentDone, TenderInput, reprint_receipt, void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import open_till
from psc_desk.work import Read, Work
from tests.money.support import charged_visit, key, pay, wrong
from tests.support.clinic import JONAH, LEO, SmallClinic, small_clinic

DOTS = {32: 384, 42: 512, 48: 576}
MONEY_ACCOUNTS = ("drawer:1", Account.CHECKS.value, Account.CARDS.value)
EVIL = st.text(alphabet="\x1bp\x00\x10\x14\x01\x05\x1d\x9b\x7f@Aé王م \n\r\t", max_size=40)
NAMES = EVIL | st.text(st.characters(exclude_categories=("Nd", "Cs"), exclude_characters="$"), max_size=60)
CENTS = st.integers(1, 9_999) | st.integers(1, 999_999_999)
TENDERS = st.one_of(
    st.builds(lambda cents, more: TenderInput(TenderKind.CASH, cents, min(cents + more, 999_999_999)), CENTS, CENTS),
    st.builds(
        lambda cents, number, bank: TenderInput(TenderKind.CHECK, cents, check_no=str(number), bank=bank),
        CENTS,
        st.integers(1, 10**12 - 1),
        NAMES,
    ),
    st.builds(
        lambda cents, brand: TenderInput(TenderKind.CARD, cents, 0, "", "", brand, "4242", "A8812"), CENTS, NAMES
    ),
)
AMOUNT = re.compile(r"-?\$[\d,]+\.\d\d")


@dataclass(frozen=True)
class Paper:
    """A print job and the journal entry that it prints."""

    content: bytes
    text: str
    lines: tuple[tuple[str, int], ...]

    def cents(self, *accounts: str) -> list[int]:
        """The amounts booked on accounts, in order, without signs and without nothing."""
        return [abs(cents) for account, cents in self.lines if account in accounts and cents]

    def printed(self, first: str, last: str) -> list[str]:
        """The amounts that stand on the paper between two headings."""
        return AMOUNT.findall(self.text[self.text.index(first) : self.text.index(last)])


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallClinic]:
    clinic = small_clinic(tmp_path_factory.mktemp("receipts"))
    clinic.desk.publish = lambda events: None
    clinic.desk.do(open_till, 1, {2000: 5})
    yield clinic
    clinic.desk.engine.dispose()


def named(work: Work, first: str, last: str, columns: int) -> None:
    """Write names past every check, as an import or a hand on the database could, and choose the paper."""
    patient = work.get(Patient, JONAH)
    patient.first_name, patient.last_name = first, last
    work.get(Till, 1).name = last or "Drawer 1"
    work.session.merge(Setting(key=PRINTER_COLUMNS.key, desk=work.desk, value={"v": columns}))


def paper(read: Read, job_id: int | None) -> Paper:
    job = read.get(PrintJob, job_id)
    entry_id = read.get(Payment, job.payment_id).entry_id
    chosen = select(JournalLine.account, JournalLine.cents).where(JournalLine.entry_id == entry_id)
    rows = read.session.execute(chosen.order_by(JournalLine.id))
    return Paper(job.content, job.text, tuple((account, cents) for account, cents in rows))


def check_paper(found: Paper, columns: int) -> None:
    printer = VirtualPrinter(dots=DOTS[columns])
    channel = MemoryChannel(printer)
    channel.open(1)
    channel.write(found.content, 5)
    assert printer.pulses() == []
    assert printer.problems() == []
    assert len(printer.papers()) == 1
    commands = StreamParser().feed(found.content)
    assert not [one for one in commands if one.realtime or one.name == "ESC p" or one.name in ("unknown", "hidden")]
    assert max(cells(line) for line in found.text.splitlines()) <= columns
    assert max(cells(line) for line in printer.papers()[0].text.splitlines() if "[picture" not in line) <= columns


def check_amounts(found: Paper, total: str) -> None:
    given_for = found.cents(Account.PATIENT_AR.value, Account.UNAPPLIED.value)
    assert sorted(found.printed(*_FOR[total])) == sorted(map(format_money, given_for))
    assert found.printed(total, _BY[total]) == [format_money(sum(given_for))]
    by = found.cents(*MONEY_ACCOUNTS)
    printed = AMOUNT.findall(found.text[found.text.index(_BY[total]) :])
    assert sorted(printed[: len(by)]) == sorted(map(format_money, by))


_FOR = {"TOTAL PAID": ("Paid for", "TOTAL PAID"), "TOTAL REFUNDED": ("Given back for", "TOTAL REFUNDED")}
_BY = {"TOTAL PAID": "Paid by", "TOTAL REFUNDED": "Given back by"}


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking on a database that goes on growing takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    tenders=st.lists(TENDERS, min_size=1, max_size=3).filter(
        lambda found: len({one.kind for one in found}) == len(found) and sum(one.cents for one in found) < 10**9
    ),
    names=st.tuples(NAMES, NAMES),
    columns=st.sampled_from(list(DOTS)),
    kind=st.sampled_from([PaymentKind.BALANCE, PaymentKind.PREPAYMENT, PaymentKind.COPAY]),
    charge=st.booleans(),
)
def test_a_receipt_says_what_the_journal_says_and_opens_nothing(
    counter: SmallClinic,
    *,
    tenders: list[TenderInput],
    names: tuple[str, str],
    columns: int,
    kind: PaymentKind,
    charge: bool,
) -> None:
    counter.desk.do(named, *names, columns)
    visit_id = charged_visit(counter, "LAB", patient_id=JONAH)[0] if charge else None
    done = pay(counter, *tenders, kind=kind, patient_id=JONAH, visit_id=visit_id)
    first = counter.desk.ask(paper, done.job_id)
    check_paper(first, columns)
    check_amounts(first, "TOTAL PAID")
    copy = counter.desk.ask(paper, counter.desk.do(reprint_receipt, done.payment_id))
    check_paper(copy, columns)
    check_amounts(copy, "TOTAL PAID")
    assert "COPY 1" in copy.text
    assert "COPY" not in first.text
    _check_void(counter, done, columns)


def _check_void(counter: SmallClinic, done: PaymentDone, columns: int) -> None:
    voided = counter.desk.do(
        void_payment, done.payment_id, key=key(), reason="Typed \x1bp\x00 twice", approval=Approval(LEO, "2345")
    )
    back = counter.desk.ask(paper, voided.job_id)
    check_paper(back, columns)
    check_amounts(back, "TOTAL REFUNDED")


def test_the_books_hold_after_all_of_them(counter: SmallClinic) -> None:
    assert wrong(counter.desk) == []
