"""What a visit was charged, line by line, and what was asked about its coding, as the check-out shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.coding import QuestionRow
from psc_desk.queries.money import ChargeRow
from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import button

Run = Callable[[ChargeRow], Any]


def posted_line(charge: ChargeRow, take_back: Run, adjust: Run) -> QWidget:
    """Return a line with amount, what stands behind it, and what can be done to it."""
    line = QWidget()
    across = QHBoxLayout(line)
    across.setContentsMargins(0, 0, 0, 0)
    words = QVBoxLayout()
    words.setSpacing(0)
    units = f" × {charge.units}" if charge.units > 1 else ""
    name = theme.label(f"✓ {charge.label}{units}", look="secondary")
    name.setWordWrap(True)
    words.addWidget(name)
    behind = _behind(charge)
    if behind:
        detail = theme.label(behind, "small", look="secondary")
        detail.setWordWrap(True)
        words.addWidget(detail)
    across.addLayout(words, 1)
    across.addWidget(theme.label(format_money(charge.amount_cents)))
    for key, title, run in (("take_back", _tr("Take back"), take_back), ("adjust", _tr("Adjust"), adjust)):
        link = button(f"{key}_{charge.charge_id}", title, partial(run, charge), look="link")
        link.setAccessibleName(f"{title} {charge.label}")
        across.addWidget(link)
    return line


def coding_block(questions: Sequence[QuestionRow], ask: Callable[[], Any]) -> QWidget:
    """Return the questions about the visit with their answers, and the link to ask one."""
    block = QWidget()
    column = QVBoxLayout(block)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(2))
    for row in questions:
        label = theme.label(_asked(row), look="" if not row.is_open else "warning")
        label.setWordWrap(True)
        column.addWidget(label)
    link = button("ask_coding", _tr("As&k the provider about the coding ..."), ask, look="link")
    line = QHBoxLayout()
    line.addWidget(link)
    line.addStretch()
    column.addLayout(line)
    return block


def _behind(charge: ChargeRow) -> str:
    parts = [charge.code, charge.modifiers, charge.diagnoses]
    if charge.adjusted_cents:
        parts.append(_tr("{0} adjusted").format(format_money(charge.adjusted_cents)))
    return " · ".join(filter(None, parts))


def _asked(row: QuestionRow) -> str:
    if row.is_open:
        return _tr("▲ Asked {0}, due {1}: {2}").format(row.provider, format_date(row.due_on), row.question)
    return _tr("✓ {0} — {1}").format(row.question, row.answer)


def _tr(words: str) -> str:
    return QCoreApplication.translate("CheckOutDialog", words)
