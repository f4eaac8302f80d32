"""The chart: opening leaves a trace, what is shown follows what happens, and everybody is who they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.sliding import EXAMPLE_TIERS
from psc_desk.schedule_rules import BookingInput
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.coding import AnswerCodingDialog
from psc_desk.ui.dialogs.coverage import CoverageDialog, EndCoverageDialog, VerifyCoverageDialog
from psc_desk.ui.dialogs.note import NoteDialog
from psc_desk.ui.pages.desk.chart_panel import ChartPanel
from psc_desk.ui.widgets.chart.words import hit_line
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.coding import ask_coding
from psc_desk.usecases.coverage import end_coverage
from psc_desk.usecases.patients import add_alert, add_note
from psc_desk.usecases.payments import PaymentInput, TenderInput, take_payment
from psc_desk.usecases.schedule import book
from psc_desk.usecases.sliding import AssessmentInput, ScheduleInput, add_schedule, assess, load_shipped_guidelines
from psc_desk.usecases.staff import sign_in
from psc_desk.usecases.till import open_till
from psc_desk.usecases.visits import arrive
from tests.support.audit import audit_lines
from tests.support.clinic import INES, JONAH, LEO, MANAGER, OFFICE_VISIT, OSEI, THAO, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.chart_support import clinic, is_gone, real, sentences, settle, shown
from tests.ui.conftest import Said

__all__ = ["clinic", "real"]


@pytest.fixture
def panel(qtbot: QtBot, real: Context) -> ChartPanel:
    made = ChartPanel(real)
    made.resize(400, 680)
    qtbot.addWidget(made)
    made.show()
    return made


def opened(clinic: SmallClinic) -> list[int | None]:
    rows = audit_lines(clinic.desk, event="ChartOpened")
    return [row.patient_id for row in reversed(rows)]


def show(qtbot: QtBot, panel: ChartPanel, patient_id: int) -> None:
    panel.show_patient(patient_id)
    qtbot.waitUntil(lambda: panel.row is not None and panel.row.banner.patient_id == patient_id)
    settle(qtbot, panel.context.lanes)


def test_opening_shows_who_it_is_and_is_recorded(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic) -> None:
    show(qtbot, panel, INES)
    assert panel.banner.name_label().text() == "Inés Castillo"
    assert panel.banner.data is not None
    assert panel.banner.data.identifiers == "04/18/1987 · 38 y · female · #10001"
    assert ("booked", "Spanish") in panel.banner.data.chips
    assert opened(clinic) == [INES]


def test_walking_past_a_patient_does_not_open_the_chart(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic) -> None:
    panel.show_patient(INES)
    panel.show_patient(JONAH)
    show(qtbot, panel, THAO)
    panel.show_patient(THAO)
    settle(qtbot, panel.context.lanes)
    assert opened(clinic) == [THAO]


def test_what_happens_to_the_patient_is_shown_without_another_opening(
    qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic
) -> None:
    show(qtbot, panel, INES)
    clinic.desk.do(add_alert, INES, "Latex allergy", danger=True)
    qtbot.waitUntil(lambda: panel.banner.data is not None and bool(panel.banner.data.alerts))
    assert panel.banner.data is not None
    assert panel.banner.data.alerts == (("missed", "Latex allergy"),)
    clinic.desk.do(add_alert, JONAH, "Hard of hearing")
    settle(qtbot, panel.context.lanes)
    assert panel.banner.data.alerts == (("missed", "Latex allergy"),)
    assert opened(clinic) == [INES]


def test_whoever_signs_in_at_an_open_chart_is_recorded(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic) -> None:
    show(qtbot, panel, INES)
    clinic.desk.actor_id = LEO
    clinic.desk.do(sign_in, LEO, "2345", pin=True)
    settle(qtbot, panel.context.lanes)
    qtbot.waitUntil(lambda: len(opened(clinic)) == 2)
    assert any(sentence.startswith("Leo Marsh opened the chart") for sentence in sentences(clinic, INES))


def test_the_next_step_follows_the_visit(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic) -> None:
    visit_id = clinic.visit(INES)
    panel.show_visit(visit_id)
    qtbot.waitUntil(lambda: panel.visit_id == visit_id)
    assert panel.today.facts.text("Visit") == "1:00 pm · Dr. Amara Osei · Office visit · 30 min"
    assert panel.today.facts.text("Identity") == "Not checked yet"
    assert panel.today.facts.text("Co-pay") == "$25.00"
    assert panel.primary.accessibleName() == "Check in F4"
    assert panel.today.step.text().startswith("Press F4 to check in.")
    clinic.desk.do(arrive, visit_id)
    qtbot.waitUntil(lambda: panel.today.facts.text("Status") == "Arrived")


def test_without_a_visit_booking_is_the_next_step(qtbot: QtBot, panel: ChartPanel) -> None:
    show(qtbot, panel, JONAH)
    assert panel.primary.accessibleName() == "Book F3"
    assert panel.today.facts.text("Next visit") == "none booked"
    assert panel.today.facts.text("Coverage") == "Self-pay"


def test_money_lists_charges_and_the_balance(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic) -> None:
    visit_id = clinic.visit(INES)
    clinic.desk.do(arrive, visit_id)
    clinic.desk.do(post_charges, visit_id, [ChargeInput("OV")], key="one")
    show(qtbot, panel, INES)
    assert panel.money.sums.text("Balance") == "$120.00"
    spoken = panel.money.list.rows.index(0, 0).data()
    assert spoken == "Office visit, Charge OV of 03/04/2026, $120.00, $120.00 open"
    assert panel.banner.data is not None
    assert panel.banner.data.balance == "balance\u00a0$120.00"


def test_a_credit_is_called_a_credit(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic) -> None:
    clinic.desk.do(open_till, 1, {2000: 10})
    prepaid = PaymentInput("a", 1, INES, PaymentKind.PREPAYMENT, (TenderInput(TenderKind.CASH, 4000, 4000),))
    clinic.desk.do(take_payment, prepaid)
    show(qtbot, panel, INES)
    assert panel.money.sums.text("Balance") == panel.today.facts.text("Balance") == "credit of $40.00"


def test_an_open_coding_question_stands_in_the_chart_until_it_is_answered(
    qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic
) -> None:
    visit_id = clinic.visit(INES)
    clinic.desk.do(arrive, visit_id)
    clinic.desk.do(ask_coding, visit_id, "Level 3 or 4?", due_on=TODAY)
    clinic.clock.advance(days=2)
    show(qtbot, panel, INES)
    assert panel.today.facts.text("Coding questions") == "1 open, asked 2 days ago"
    panel.show_tab("notes")
    questions = panel.notes.list
    questions.setFocus()
    questions.step(1)
    said = "Level 3 or 4?, Dr. Amara Osei · visit of 03/04/2026 · asked 2 days ago by Maya Okafor, 2 days late"
    assert questions.currentIndex().data() == said
    qtbot.keyClick(questions, Qt.Key.Key_Return)
    dialog = shown(qtbot, AnswerCodingDialog, panel.context.lanes)
    assert dialog.row.question == "Level 3 or 4?"
    dialog.answer_text.setPlainText("Level 4")
    dialog.primary.click()
    qtbot.waitUntil(lambda: questions.rows.rowCount() == 0)
    assert panel.today.facts.text("Coding questions") == ""


def test_a_plan_that_ends_before_the_visit_shows_the_estimate_owed(
    qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic
) -> None:
    day = TODAY + timedelta(days=19)
    clinic.desk.do(book, BookingInput(INES, OSEI, OFFICE_VISIT, day, 540))
    show(qtbot, panel, INES)
    assert panel.today.facts.text("Cost estimate") == ""
    plan = panel.coverage.list.rows.rows[0]
    clinic.desk.do(end_coverage, plan.id, day - timedelta(days=1))
    qtbot.waitUntil(lambda: panel.today.facts.text("Cost estimate") == "owed by 03/09/2026")


def test_the_chart_says_how_the_sliding_fee_stands(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic) -> None:
    def sliding() -> str:
        return panel.coverage.sliding.text("Sliding fee")

    show(qtbot, panel, JONAH)
    assert panel.today.facts.text("Sliding fee") == "none on file"
    clinic.visit(JONAH)
    panel.refresh()
    qtbot.waitUntil(lambda: panel.today.facts.text("Identity") == "Not checked yet")
    assert sliding() == panel.today.facts.text("Sliding fee") == "none on file"
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(load_shipped_guidelines)
    clinic.desk.do(add_schedule, ScheduleInput("Board", TODAY, TODAY, 12, EXAMPLE_TIERS))
    clinic.desk.do(assess, AssessmentInput(JONAH, 2, 100_000, "monthly", "pay stubs"), key="one")
    qtbot.waitUntil(lambda: sliding() == "A: $20.00 for the visit · through 03/04/2027")
    assert panel.today.facts.text("Sliding fee") == sliding()
    clinic.clock.advance(days=366)
    panel.refresh()
    qtbot.waitUntil(lambda: sliding() == "expired 03/04/2027")


def test_who_saw_the_chart_stands_there_in_sentences(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic) -> None:
    clinic.desk.do(add_note, INES, "Prefers mornings")
    show(qtbot, panel, INES)
    panel.show_tab("audit")
    qtbot.waitUntil(lambda: panel.audit.list.rows.rowCount() == 2)
    said = [panel.audit.list.rows.index(row, 0).data() for row in range(2)]
    assert said == [
        "Maya Okafor opened the chart on 03/04/2026 at 12:00 pm from Desk 1.",
        "Maya Okafor wrote a note for Inés Castillo on 03/04/2026 at 12:00 pm from Desk 1.",
    ]


def test_a_refused_chart_shows_nobody(qtbot: QtBot, panel: ChartPanel, said: Said) -> None:
    show(qtbot, panel, INES)
    panel.show_patient(9999)
    qtbot.waitUntil(lambda: bool(said.messages))
    assert "no longer there" in said.last.text
    assert panel.row is None
    assert panel.stack.currentIndex() == 0


def test_a_note_is_written_by_keyboard(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic, said: Said) -> None:
    show(qtbot, panel, INES)
    panel.notes.add_note()
    dialog = shown(qtbot, NoteDialog, panel.context.lanes)
    qtbot.keyClicks(dialog.text, "Speaks softly")
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, panel.context.lanes)
    assert is_gone(dialog)
    assert said.last.text == "note for Inés Castillo saved."
    qtbot.waitUntil(lambda: panel.notes.list.rows.rowCount() == 1)


def test_coverage_is_verified_ended_and_added(qtbot: QtBot, panel: ChartPanel, clinic: SmallClinic, said: Said) -> None:
    show(qtbot, panel, INES)
    panel.show_tab("coverage")
    panel.coverage.list.step(1)
    panel.coverage.verify.click()
    press_primary(qtbot, panel, shown(qtbot, VerifyCoverageDialog, panel.context.lanes))
    assert said.last.text == "Blue Harbor PPO of Inés Castillo is verified today."
    qtbot.waitUntil(lambda: not panel.coverage.list.rows.rows[0].stale)
    panel.coverage.findChild(QWidget, "coverage_end").click()
    press_primary(qtbot, panel, shown(qtbot, EndCoverageDialog, panel.context.lanes))
    qtbot.waitUntil(lambda: panel.coverage.list.rows.rows[0].ends_on is not None)
    panel.coverage.add()
    dialog = shown(qtbot, CoverageDialog, panel.context.lanes)
    dialog.payer.setCurrentText("Blue Harbor")
    dialog.effective_on.setText("3/5/2026")
    dialog.primary.click()
    assert dialog.error_line.text() == "The member ID is missing. Copy it from the card."
    assert dialog.focusWidget() is dialog.member_id
    assert dialog.plan.currentText() == "PPO"
    dialog.member_id.setText("bh 99")
    dialog.copay_cents.setText("30")
    press_primary(qtbot, panel, dialog)
    assert said.last.text == "Blue Harbor PPO added for Inés Castillo."
    qtbot.waitUntil(lambda: {row.member_id for row in panel.coverage.list.rows.rows} == {"BH1234567", "BH99"})


def press_primary(
    qtbot: QtBot, panel: ChartPanel, dialog: VerifyCoverageDialog | EndCoverageDialog | CoverageDialog
) -> None:
    assert unnamed_controls(dialog) == []
    dialog.primary.click()
    settle(qtbot, panel.context.lanes)
    assert is_gone(dialog)


def test_every_control_has_a_name(qtbot: QtBot, panel: ChartPanel) -> None:
    show(qtbot, panel, INES)
    for tab in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(tab)
        assert unnamed_controls(panel) == []


def test_a_hit_says_two_identifiers(clinic: SmallClinic) -> None:
    from psc_desk.queries.search import find_patients

    row = clinic.desk.ask(find_patients, "castillo")[0]
    assert hit_line(row).detail == "born 04/18/1987, 38 y · #10001"
