"""What the chart says about each row, in the words of the front desk."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from psc_desk.dates import format_date, format_moment, format_time
from psc_desk.money import format_money
from psc_desk.queries.audit import AuditLine
from psc_desk.queries.chart import ChartVisitRow, NoteRow
from psc_desk.queries.coding import QuestionRow
from psc_desk.queries.coverage import CoverageRow
from psc_desk.queries.documents import DocumentRow
from psc_desk.queries.estimates import EstimateRow
from psc_desk.queries.money import ChargeRow, PaymentRow
from psc_desk.queries.patients import AlertRow, BannerRow
from psc_desk.queries.plans import PaymentPlanRow
from psc_desk.queries.search import HitRow
from psc_desk.queries.sliding import AssessmentRow
from psc_desk.ui.strings import status_word
from psc_desk.ui.widgets.banner import BannerData, ChipData
from psc_desk.ui.widgets.chart.facts import Fact
from psc_desk.ui.widgets.chart.lines import Line

translate = QCoreApplication.translate
_HOW = {
    "phone": "by phone", "portal": "on the payer's portal", "card": "by the card", "electronic": "electronically",
    "patient": "by asking the patient",
}  # fmt: skip
_TIED = "\u00a0"
"""A space at which no line breaks."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def chart_banner(row: BannerRow, today: date) -> BannerData:
    """Return the banner over a chart, with all that must be seen at once."""
    return BannerData(
        patient_id=row.patient_id,
        name=row.called,
        birth_date=row.birth_date,
        record_no=row.record_no,
        today=today,
        legal_name="" if row.called == row.legal_name else row.legal_name,
        sex=row.sex_word.lower(),
        pronouns=row.pronouns,
        language=_language(row),
        alerts=tuple(("missed" if one.kind == "danger" else "late", one.text) for one in row.alerts) + _inactive(row),
        coverage=_coverage_chip(row),
        balance=balance_words(row.balance_cents) if row.balance_cents else "",
    )


def _language(row: BannerRow) -> ChipData | None:
    if row.language == "en" and not row.interpreter:
        return None
    helper = ", " + translate("Chart", "interpreter") if row.interpreter else ""
    return "booked", row.language_word + helper


def _inactive(row: BannerRow) -> tuple[ChipData, ...]:
    return () if row.active else (("done", translate("Chart", "Record not in use")),)


def _coverage_chip(row: BannerRow) -> ChipData:
    if not row.coverage:
        return "late", translate("Chart", "No coverage")
    if row.coverage_stale:
        return "late", translate("Chart", "{0}, to verify").format(row.coverage)
    return "ok", row.coverage


def owed_words(cents: int) -> str:
    """Return "$62.40", or "credit of $10.00" when the clinic owes."""
    return translate("Chart", "credit of {0}").format(format_money(-cents)) if cents < 0 else format_money(cents)


def balance_words(cents: int) -> str:
    """Return "balance $62.40", or "credit $10.00" when the clinic owes."""
    if cents < 0:
        return translate("Chart", "credit {0}").format(format_money(-cents)).replace(" ", _TIED)
    return translate("Chart", "balance {0}").format(format_money(cents)).replace(" ", _TIED)


def day_words(day: date, today: date) -> str:
    """Return "today", else "Mon 03/09/2026"."""
    return translate("Chart", "today") if day == today else f"{_DAYS[day.weekday()]} {format_date(day)}"


def visit_line(row: ChartVisitRow, today: date) -> Line:
    """When, with whom, for what, and how it stands."""
    when = f"{day_words(row.day, today)} · {format_time(row.start_minute)}"
    facts = (row.type_name, row.provider_name, row.room_name, row.reason, row.note)
    status = "confirmed" if row.status == "booked" and row.confirmed else row.status
    detail = " · ".join(fact for fact in facts if fact)
    return Line(when[:1].upper() + when[1:], detail, status=status, word=status_word(status))


def coverage_line(row: CoverageRow) -> Line:
    """Who pays, since when, and whether it was verified."""
    until = translate("Chart", " to {0}").format(format_date(row.ends_on)) if row.ends_on else ""
    since = translate("Chart", "from {0}").format(format_date(row.effective_on)) + until
    if row.self_pay:
        return Line(row.title, since, status="done" if not row.in_force else "booked", word=_force_word(row))
    copay = translate("Chart", "no cost share (QMB)") if row.cost_share_forbidden else format_money(row.copay_cents)
    facts = (
        row.position_word,
        translate("Chart", "member {0}").format(row.member_id),
        translate("Chart", "group {0}").format(row.group_no) if row.group_no else "",
        _subscriber(row),
        since,
        translate("Chart", "co-pay {0}").format(copay),
        verified_words(row),
    )
    status = "done" if not row.in_force else "late" if row.stale else "ok"
    return Line(row.title, " · ".join(fact for fact in facts if fact), status=status, word=_force_word(row))


def _subscriber(row: CoverageRow) -> str:
    if row.relation == "self" or not row.subscriber_name:
        return ""
    return translate("Chart", "through {0} ({1})").format(row.subscriber_name, row.relation)


def _force_word(row: CoverageRow) -> str:
    if not row.in_force:
        return translate("Chart", "Not in force")
    return translate("Chart", "To verify") if row.stale else translate("Chart", "In force")


def verified_words(row: CoverageRow) -> str:
    """Return "verified 03/04/2026 by phone" or "never verified"."""
    if row.verified_on is None:
        return translate("Chart", "never verified")
    how = translate("Chart", _HOW.get(row.verified_how, ""))
    return translate("Chart", "verified {0} {1}").format(format_date(row.verified_on), how).strip()


def charge_line(row: ChargeRow) -> Line:
    """A charge and what of it is open."""
    times = f" × {row.units}" if row.units != 1 else ""
    when = translate("Chart", "Charge {0} of {1}").format(row.code, format_date(row.service_date))
    amount = format_money(row.amount_cents)
    if row.adjusted_cents:
        when += " · " + translate("Chart", "{0} adjusted").format(format_money(row.adjusted_cents))
    if row.taken_back:
        return Line(row.label + times, when, amount, "done", translate("Chart", "taken back"))
    if row.open_cents <= 0:
        return Line(row.label + times, when, amount, "ok", translate("Chart", "paid"))
    words = translate("Chart", "{0} open") if row.plan_id is None else translate("Chart", "{0} in a plan")
    word = words.format(format_money(row.open_cents))
    return Line(row.label + times, when, amount, "late", word)


def plan_fact(row: PaymentPlanRow) -> Fact:
    """A payment plan: what is left of it, and what was missed or is due next."""
    left = format_money(row.left_cents)
    name = translate("Chart", "Payment plan {0}").format(row.plan_id)
    if row.late_cents:
        days = translate("Chart", "for {0} days").format(row.days_late)
        since = translate("Chart", "yesterday") if row.days_late == 1 else days
        words = translate("Chart", "{0} left · {1} missed {2}")
        return Fact(name, words.format(left, format_money(row.late_cents), since), strong=True)
    following = row.next_due
    if following is None:
        return Fact(name, translate("Chart", "{0} left").format(left))
    words = translate("Chart", "{0} left · {1} due {2}")
    return Fact(name, words.format(left, format_money(following.open_cents), format_date(following.due_on)))


def payment_line(row: PaymentRow) -> Line:
    """A receipt, how it was paid, and whether it still stands."""
    title = translate("Chart", "{0}, {1}").format(row.word, row.tender) if row.tender else row.word
    parts = [translate("Chart", "Receipt {0} of {1}").format(row.receipt_no, format_date(row.business_date)), row.staff]
    parts += [translate("Chart", "for receipt {0}").format(row.of_receipt_no)] if row.of_receipt_no else []
    detail = " · ".join([*parts, *filter(None, [row.reason])])
    status, word = ("missed", translate("Chart", "voided")) if row.voided else ("", "")
    return Line(title, detail, format_money(row.amount_cents), status, word)


def document_line(row: DocumentRow) -> Line:
    """A filed paper."""
    at = row.filed_at
    when = format_moment(at)
    size = f"{max(1, row.size // 1024):,} KB"
    kind = row.category_word if row.category_word != row.title else ""
    return Line(row.title, " · ".join(part for part in (kind, when, row.filed_by, size) if part))


def note_line(row: NoteRow) -> Line:
    """A note: who wrote it when, and the whole text."""
    when = format_moment(row.at)
    return Line(f"{when} · {row.author}", row.text)


def question_line(row: QuestionRow, today: date) -> Line:
    """A coding question that waits for its answer: whom, about which visit, for how long."""
    visit = translate("Chart", "visit of {0}").format(format_date(row.visit_day))
    asked = translate("Chart", "asked {0} by {1}").format(ago_words(row.asked_on, today), row.asked_by)
    detail = " · ".join(filter(None, (row.provider, row.code, visit, asked)))
    return Line(row.question, detail, status="late" if row.days_late else "booked", word=row.due_words)


def questions_fact(rows: tuple[QuestionRow, ...], today: date) -> Fact:
    """How many coding questions wait, and since when the oldest."""
    since = ago_words(min(row.asked_on for row in rows), today)
    words = translate("Chart", "{0} open, asked {1}") if len(rows) == 1 else translate("Chart", "{0} open, first {1}")
    status = "late" if any(row.days_late for row in rows) else "booked"
    return Fact(translate("Chart", "Coding questions"), words.format(len(rows), since), status)


def ago_words(day: date, today: date) -> str:
    """Return "today", "yesterday" or "5 days ago"."""
    days = (today - day).days
    if days < 2:
        return translate("Chart", "yesterday") if days == 1 else translate("Chart", "today")
    return translate("Chart", "{0} days ago").format(days)


def estimate_fact(row: EstimateRow) -> Fact:
    """Until when an estimate is owed, and for which day."""
    words = translate("Chart", "owed by {0}").format(format_date(row.due_on))
    return Fact(translate("Chart", "Cost estimate"), words, "late" if row.due_on <= row.today else "booked")


def sliding_fact(row: AssessmentRow | None) -> Fact:
    """The tier of the sliding fee and until when it holds, or that there is none."""
    name = translate("Chart", "Sliding fee")
    if row is None:
        return Fact(name, translate("Chart", "none on file"))
    until = format_date(row.expires_on)
    if row.ended:
        return Fact(name, translate("Chart", "expired {0}").format(until), "late")
    return Fact(name, translate("Chart", "{0} · through {1}").format(row.result, until))


def alert_line(row: AlertRow) -> Line:
    """An alert and until when it stands."""
    until = (
        translate("Chart", "until {0}").format(format_date(row.expires_on))
        if row.expires_on
        else translate("Chart", "until somebody ends it")
    )
    danger = row.kind == "danger"
    word = translate("Chart", "Danger") if danger else translate("Chart", "Alert")
    return Line(row.text, until, status="missed" if danger else "late", word=word)


def audit_line(row: AuditLine) -> Line:
    """One sentence of "who saw this chart", with what changed below it."""
    changes = [_change(*change) for change in row.data]
    reason = [translate("Chart", "Reason: {0}").format(row.reason)] if row.reason else []
    return Line("", "\n".join([row.sentence, *reason, *changes]))


def _change(field: str, before: str, after: str) -> str:
    if before and after:
        return translate("Chart", "{0}: “{1}” became “{2}”").format(field, before, after)
    words = translate("Chart", "{0}: “{1}” taken out") if before else translate("Chart", "{0}: now “{1}”")
    return words.format(field, before or after)


def hit_line(row: HitRow) -> Line:
    """A patient found: name and at least two identifiers."""
    born = translate("Chart", "born {0}, {1} y").format(format_date(row.birth_date), row.age)
    facts = [born, f"#{row.record_no}", *filter(None, [row.phone.replace(" ", _TIED)])]
    if row.matched and row.matched != "name":
        facts.append(translate("Chart", "found by {0}").format(row.matched))
    if row.next_visit is None:
        return Line(row.name, " · ".join(facts))
    day, _minute = row.next_visit
    return Line(row.name, " · ".join(facts), f"{day.month:02d}/{day.day:02d}", word=translate("Chart", "next visit"))
