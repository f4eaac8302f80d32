"""Payment plans and good-faith estimates in the window, on the real clinic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.payment import PaymentKind
from psc_desk.models.plan import Frequency, PlanStatus
from psc_desk.queries.estimates import estimates
from psc_desk.queries.money import account
from psc_desk.queries.plans import plans_of
from psc_desk.schedule_rules import BookingInput
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import Reason, ReasonDialog, SecondPerson, SecondPersonDialog
from psc_desk.ui.dialogs.check_out import CheckOutDialog, open_check_out
from psc_desk.ui.dialogs.document import PaperDialog
from psc_desk.ui.dialogs.encounter import EncounterDialog, open_encounter
from psc_desk.ui.dialogs.estimate import AskDialog, EstimateDialog, open_ask_estimate
from psc_desk.ui.dialogs.payment import PaymentDialog, open_payment
from psc_desk.ui.dialogs.plan import PlanDialog, open_plan
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.usecases.estimates import EstimateInput, EstimateLineInput, ask_estimate, give_estimate
from psc_desk.usecases.plans import PlanInput, agree_plan
from psc_desk.usecases.schedule import book
from tests.money.support import charged_visit, key
from tests.support.clinic import JONAH, LEO, OFFICE_VISIT, OSEI, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, parent, section, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]


def page_over(qtbot: QtBot, context: Context) -> MoneyPage:
    page = MoneyPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    settle(qtbot, context.lanes)
    return page


def plan_dialog(qtbot: QtBot, context: Context, clinic: SmallClinic, parent: QWidget) -> PlanDialog:
    charged_visit(clinic, "OV", "LAB", patient_id=JONAH)
    open_plan(context, parent, JONAH)
    return shown(qtbot, PlanDialog, context.lanes)


def a_plan(clinic: SmallClinic, first_due: date, count: int = 3) -> int:
    _visit, charge_ids = charged_visit(clinic, "OV", patient_id=JONAH)
    plan = PlanInput(key(), JONAH, tuple(charge_ids), "Jonah Whitfield", count, Frequency.MONTHLY, first_due)
    return clinic.desk.do(agree_plan, plan).plan_id


def close_paper(qtbot: QtBot, context: Context) -> None:
    paper = shown(qtbot, PaperDialog, context.lanes)
    paper.accept()
    settle(qtbot, context.lanes)


def test_a_plan_is_agreed_with_enter_and_its_agreement_opens(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    dialog = plan_dialog(qtbot, desk_context, clinic, parent)
    assert unnamed_controls(dialog) == []
    assert dialog.focusWidget() is dialog.guarantor
    dialog.count.setValue(3)
    assert [row.cents for row in dialog.schedule.rows.rows] == [5516, 5516, 5518]
    assert dialog.summary.text() == "$165.50 in installments, without interest"
    qtbot.keyClick(dialog.guarantor, Qt.Key.Key_Return)
    close_paper(qtbot, desk_context)
    assert said.messages[0].text == "payment plan 1 is agreed with Jonah Whitfield"
    (row,) = clinic.desk.ask(plans_of, JONAH)
    assert (row.total_cents, len(row.instalments), row.instalments[0].due_on) == (16550, 3, date(2026, 4, 4))


def test_a_down_payment_gives_its_change(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    dialog = plan_dialog(qtbot, desk_context, clinic, parent)
    assert dialog.tender.isHidden()
    dialog.down.setText("30")
    assert dialog.summary.text() == "$30.00 down, $135.50 in installments, without interest"
    dialog.tender.tendered.setText("50")
    assert dialog.tender.change_figure.text() == "$20.00"
    dialog.primary.click()
    close_paper(qtbot, desk_context)
    assert said.messages[0].text.endswith("receipt 1001 for the down payment, change $20.00")
    assert clinic.desk.ask(plans_of, JONAH)[0].total_cents == 13550


def test_a_down_payment_of_all_is_said_before_enter(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    dialog = plan_dialog(qtbot, desk_context, clinic, parent)
    dialog.down.setText("165.50")
    assert "must be less than" in dialog.summary.text()
    dialog.down.setText("")
    for row in list(dialog.charges.ticked()):
        dialog.charges.toggle(row)
    assert dialog.schedule.rows.rowCount() == 0
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert "Tick the charges" in dialog.error_line.text()


def test_above_four_installments_the_disclosure_is_asked_and_a_second_person(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def second(_parent: QWidget, why: str, **_more: object) -> SecondPerson:
        asked.append(why)
        return SecondPerson(LEO, "2345")

    monkeypatch.setattr(SecondPersonDialog, "ask", second)
    dialog = plan_dialog(qtbot, desk_context, clinic, parent)
    assert dialog.question.isHidden()
    dialog.count.setValue(6)
    assert not dialog.question.isHidden()
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert "what was done about the disclosure" in dialog.error_line.text()
    dialog.disclosure.list.setCurrentIndex(2)
    dialog.primary.click()
    close_paper(qtbot, desk_context)
    assert asked == [
        "A plan of more than four installments needs two people. A second person must approve it with a PIN."
    ]
    assert len(clinic.desk.ask(plans_of, JONAH)[0].instalments) == 6


def test_with_every_question_the_plan_fits_a_small_screen(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    """1920 x 1080 at 150 %, less the bars of the screen and of the window."""
    dialog = plan_dialog(qtbot, desk_context, clinic, parent)
    dialog.count.setValue(6)
    dialog.down.setText("20")
    qtbot.waitUntil(lambda: dialog.tender.isVisible() and dialog.question.isVisible())
    assert dialog.minimumSizeHint().height() <= theme.px(660)


def test_who_owes_nothing_is_told_so(qtbot: QtBot, desk_context: Context, parent: QWidget, said: Said) -> None:
    open_plan(desk_context, parent, JONAH)
    settle(qtbot, desk_context.lanes)
    assert "owes nothing" in said.last.text


def test_an_installment_is_paid_from_the_list_of_plans(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    plan_id = a_plan(clinic, TODAY, count=1)
    page = page_over(qtbot, desk_context)
    plans = section(qtbot, desk_context.lanes, page, "plans")
    assert unnamed_controls(page) == []
    assert [plans.table.rows.columns[0].value(row) for row in plans.table.rows.rows] == ["● Due today"]
    plans.buttons["plan_pay"].click()
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    assert (dialog.chosen_kind(), dialog.amount.cents(), dialog.chosen_plan()) == (PaymentKind.PLAN, 12000, plan_id)
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(plans_of, JONAH)[0].status is PlanStatus.COMPLETED
    assert plans.table.rows.rowCount() == 0
    plans.ended.setChecked(True)
    settle(qtbot, desk_context.lanes)
    assert [plans.table.rows.columns[0].value(row) for row in plans.table.rows.rows] == ["Completed"]


def test_a_plan_is_closed_and_opened_again_with_reasons(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    monkeypatch.setattr(ReasonDialog, "ask", lambda *_args, **_more: Reason("other", "Other", "Lost the job"))
    a_plan(clinic, TODAY + timedelta(days=9))
    plans = section(qtbot, desk_context.lanes, page_over(qtbot, desk_context), "plans")
    plans.buttons["plan_close"].click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "payment plan 1 of Whitfield, Jonah is closed"
    assert clinic.desk.ask(plans_of, JONAH)[0].status_reason == "Other: Lost the job"
    plans.ended.setChecked(True)
    settle(qtbot, desk_context.lanes)
    plans.buttons["plan_reopen"].click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(plans_of, JONAH)[0].status is PlanStatus.ACTIVE


def test_the_payment_form_asks_for_what_is_due_now(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    a_plan(clinic, TODAY + timedelta(days=9))
    charged_visit(clinic, "INJ", patient_id=JONAH)
    open_payment(desk_context, parent, JONAH)
    dialog = shown(qtbot, PaymentDialog, desk_context.lanes)
    assert (dialog.chosen_kind(), dialog.amount.cents()) == (PaymentKind.BALANCE, 3000)
    dialog.kind.setCurrentIndex(dialog.kind.findData(PaymentKind.PLAN))
    assert dialog.amount.cents() == 4000
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    opened = {row.code: row.open_cents for row in clinic.desk.ask(account, JONAH).charges}
    assert opened == {"OV": 8000, "INJ": 3000}


def test_an_estimate_is_given_from_the_list(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    clinic.desk.do(book, BookingInput(JONAH, OSEI, OFFICE_VISIT, date(2026, 3, 18), 540))
    page = page_over(qtbot, desk_context)
    owed = section(qtbot, desk_context.lanes, page, "estimates")
    assert unnamed_controls(page) == []
    owed.buttons["estimate_give"].click()
    dialog = shown(qtbot, EstimateDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.total.text() == "Expected in all $120.00"
    dialog.lines.add_line()
    qtbot.keyClicks(dialog.lines._lines[-1].code, "lab")
    dialog.lines._lines[-1].code.editingFinished.emit()
    dialog.lines._lines[-1].units.setValue(2)
    assert dialog.total.text() == "Expected in all $211.00"
    dialog.lines._lines[0].remove.click()
    dialog.primary.click()
    close_paper(qtbot, desk_context)
    assert said.messages[0].text == "the estimate of $91.00 for Jonah Whitfield is in the chart"
    assert clinic.desk.ask(estimates) == []
    assert owed.table.rows.rowCount() == 0


def test_a_line_without_words_is_asked_for_at_its_field(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic
) -> None:
    clinic.desk.do(book, BookingInput(JONAH, OSEI, OFFICE_VISIT, date(2026, 3, 18), 540))
    section(qtbot, desk_context.lanes, page_over(qtbot, desk_context), "estimates").buttons["estimate_give"].click()
    dialog = shown(qtbot, EstimateDialog, desk_context.lanes)
    dialog.lines._lines[0].label.setText("")
    dialog.primary.click()
    assert dialog.error_line.text() == "Say what the item or service is."
    assert dialog.focusWidget() is dialog.lines._lines[0].label


def test_a_patient_asks_what_it_costs(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    open_ask_estimate(desk_context, parent, JONAH)
    dialog = shown(qtbot, AskDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.what.setCurrentIndex(dialog.what.count() - 1)
    dialog.service.setText("Knee X-ray")
    dialog.primary.click()
    form = shown(qtbot, EstimateDialog, desk_context.lanes)
    assert is_gone(dialog)
    assert clinic.desk.ask(estimates)[0].service == "Knee X-ray"
    form.primary.click()
    assert form.error_line.text() == "Choose who provides it."
    form.reject()


@pytest.mark.parametrize(
    ("opens", "kind"),
    [(open_check_out, CheckOutDialog), (open_encounter, EncounterDialog)],
    ids=lambda one: one.__name__,
)
def test_whatever_charges_warns_near_the_limit_of_the_estimate(
    qtbot: QtBot,
    desk_context: Context,
    clinic: SmallClinic,
    parent: QWidget,
    *,
    opens: Callable[[Context, QWidget, int], None],
    kind: type[CheckOutDialog] | type[EncounterDialog],
) -> None:
    visit_id, _ = charged_visit(clinic, "OV", patient_id=JONAH)
    request_id = clinic.desk.do(ask_estimate, JONAH, visit_id=visit_id)
    version = EstimateInput(key(), request_id, OSEI, TODAY, (EstimateLineInput("OV", "Office visit", 4000),))
    clinic.desk.do(give_estimate, version)
    opens(desk_context, parent, visit_id)
    dialog = shown(qtbot, kind, desk_context.lanes)
    settle(qtbot, desk_context.lanes)
    assert dialog.estimate.isHidden()
    assert dialog.sliding.words.text() == "No income assessment is in force for the sliding fee."
    lab = next(line for line in dialog.lines.lines if "LAB" in line.tick.text() or "Blood" in line.tick.text())
    lab.tick.setChecked(True)
    lab.units.setValue(6)
    settle(qtbot, desk_context.lanes)
    assert not dialog.estimate.isHidden()
    assert "may dispute the bill" in dialog.estimate.words.text()
    lab.units.setValue(5)
    settle(qtbot, desk_context.lanes)
    assert dialog.estimate.isHidden()
