"""The chart's first tab: the visit at hand, what is still missing for it, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from psc_desk.dates import format_date, format_time
from psc_desk.models.visit import Status
from psc_desk.money import format_money
from psc_desk.queries.chart import ChartRow, ChartVisitRow
from psc_desk.queries.check_in import CheckInRow
from psc_desk.queries.documents import DocumentRow
from psc_desk.ui import theme
from psc_desk.ui.strings import status_word
from psc_desk.ui.widgets.chart.facts import Fact, FactList
from psc_desk.ui.widgets.chart.words import (
    day_words,
    estimate_fact,
    owed_words,
    questions_fact,
    sliding_fact,
    verified_words,
)

translate = QCoreApplication.translate
_AFTER = {
    Status.CHECKED_IN: "Take the patient to a room: R in the queue.",
    Status.IN_ROOM: "The patient waits in the room for the provider: P in the queue when they are together.",
    Status.WITH_PROVIDER: "When the patient comes back to the desk, press F6 to check out.",
    Status.CHECKOUT: "Press F6: charges, balance, next visit and the summary.",
}


class TodayTab(QWidget):
    """Facts of the visit and the next step."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("chart_today")
        self.setAccessibleName(self.tr("Today"))
        self.facts = FactList("today_facts", self.tr("The visit at hand"))
        self.next = theme.label(self.tr("Next step"), bold=True)
        self.step = theme.label(look="secondary")
        self.step.setObjectName("next_step")
        self.step.setWordWrap(True)
        for part in (self.facts, self.step):
            part.setMaximumWidth(theme.px(600))
        inside = QWidget()
        layout = QVBoxLayout(inside)
        edge = theme.px(14)
        layout.setContentsMargins(edge, theme.px(4), edge, edge)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.facts)
        layout.addSpacing(theme.px(8))
        layout.addWidget(self.next)
        layout.addWidget(self.step)
        layout.addStretch()
        self._build_scroll(inside)

    def _build_scroll(self, inside: QWidget) -> None:
        area = QScrollArea()
        area.setObjectName("today_scroll")
        area.setAccessibleName(self.tr("The visit at hand"))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(area)

    def show_chart(self, row: ChartRow) -> None:
        """Show one chart."""
        self.facts.show_facts(today_facts(row))
        self.step.setText(next_step(row))


def today_facts(row: ChartRow) -> list[Fact]:
    """Return what matters at the counter."""
    visit, place = row.visit, row.visit_row
    facts = _without_visit(row) if visit is None or place is None else _of_visit(row, visit, place)
    balance = row.banner.balance_cents
    facts += [estimate_fact(one) for one in row.estimates[:1]]
    if row.questions:
        facts.append(questions_fact(row.questions, row.today))
    facts.append(Fact(translate("Chart", "Balance"), owed_words(balance), strong=balance > 0))
    facts.append(Fact(translate("Chart", "Phone"), row.banner.phone or translate("Chart", "none")))
    facts.append(Fact(translate("Chart", "Card on file"), _cards(row.documents)))
    if place is not None and place.coming:
        facts.append(_confirmed(place))
    return facts


def _of_visit(row: ChartRow, visit: CheckInRow, place: ChartVisitRow) -> list[Fact]:
    day = "" if place.day == row.today else day_words(place.day, row.today)
    minutes = translate("Chart", "{0} min").format(place.minutes)
    parts = (day, format_time(place.start_minute), place.provider_name, place.type_name, minutes)
    facts = [
        Fact(translate("Chart", "Visit"), " · ".join(part for part in parts if part)),
        Fact(translate("Chart", "Status"), status_word(place.status), place.status),
    ]
    if place.reason:
        facts.append(Fact(translate("Chart", "Reason"), place.reason))
    pays = sliding_fact(row.sliding) if visit.self_pay or visit.coverage is None else _copay(visit)
    return [*facts, _identity(visit), _address(row), _coverage(visit), pays]


def _without_visit(row: ChartRow) -> list[Fact]:
    coming = next(iter(row.visits_ahead), None)
    ahead = (
        f"{day_words(coming.day, row.today)} · {format_time(coming.start_minute)} · {coming.type_name}"
        if coming
        else ""
    )
    seen = format_date(row.last_seen) if row.last_seen else translate("Chart", "never seen here")
    return [
        Fact(translate("Chart", "Next visit"), ahead or translate("Chart", "none booked")),
        Fact(translate("Chart", "Last seen"), seen),
        Fact(translate("Chart", "Coverage"), row.banner.coverage or translate("Chart", "none"), _covered(row)),
        *([sliding_fact(row.sliding)] if row.self_pay else []),
        _address(row),
    ]


def _covered(row: ChartRow) -> str:
    return "" if row.banner.coverage else "late"


def _identity(visit: CheckInRow) -> Fact:
    checked = visit.name_checked and visit.birth_date_checked
    word = translate("Chart", "Checked") if checked else translate("Chart", "Not checked yet")
    return Fact(translate("Chart", "Identity"), word, "ok" if checked else "late")


def _address(row: ChartRow) -> Fact:
    read_back = row.form.verified_on
    name = translate("Chart", "Address, phone")
    if read_back is None:
        return Fact(name, translate("Chart", "Never read back"), "late")
    return Fact(name, translate("Chart", "read back {0}").format(format_date(read_back)))


def _coverage(visit: CheckInRow) -> Fact:
    name = translate("Chart", "Coverage")
    if visit.coverage is None:
        return Fact(name, translate("Chart", "None in force"), "late")
    if visit.self_pay or visit.coverage.self_pay:
        return Fact(name, translate("Chart", "Self-pay"))
    return Fact(name, f"{visit.coverage.title} · {verified_words(visit.coverage)}")


def _copay(visit: CheckInRow) -> Fact:
    name = translate("Chart", "Co-pay")
    if visit.cost_share_forbidden:
        return Fact(name, translate("Chart", "none may be asked (QMB)"))
    if visit.no_copay_reason:
        return Fact(name, translate("Chart", "not taken: {0}").format(visit.no_copay_reason))
    if visit.copay_due_cents and not visit.copay_open_cents:
        return Fact(name, translate("Chart", "{0} paid").format(format_money(visit.copay_due_cents)), "ok")
    return Fact(name, format_money(visit.copay_open_cents), strong=visit.copay_open_cents > 0)


def _cards(papers: tuple[DocumentRow, ...]) -> str:
    sides = {"card_front": translate("Chart", "front"), "card_back": translate("Chart", "back")}
    newest = {paper.category: paper for paper in reversed(papers) if paper.category in sides}
    if not newest:
        return translate("Chart", "none")
    words = ", ".join(sides[side] for side in sides if side in newest)
    return f"{words} · {format_date(max(paper.filed_at for paper in newest.values()).date())}"


def _confirmed(place: ChartVisitRow) -> Fact:
    name = translate("Chart", "Confirmed")
    if not place.confirmed:
        return Fact(name, translate("Chart", "Not yet"), "late")
    return Fact(name, place.confirmation or translate("Chart", "yes"))


def next_step(row: ChartRow) -> str:
    """Return in a sentence or two what to do now."""
    visit = row.visit
    if visit is None:
        return translate("Chart", "There is no visit today. Press F3 to book one.")
    if visit.status in (Status.BOOKED, Status.ARRIVED) and (place := row.visit_row) is not None:
        if place.day != row.today:
            return translate("Chart", "This visit is on another day. Press F3 to book one for today.")
        asked = " ".join(step.sentence for step in visit.missing[:2])
        return translate("Chart", "Press F4 to check in. {0}").format(asked).strip()
    if visit.status in _AFTER:
        return translate("Chart", _AFTER[visit.status])
    return translate("Chart", "This visit is over. Press F3 to book the next one.")
