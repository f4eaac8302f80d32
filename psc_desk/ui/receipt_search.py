"""Receipts in the search box: the number on the paper leads to whom it was given."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject

from psc_desk.dates import format_date
from psc_desk.money import format_money
from psc_desk.queries.money import PaymentRow, payments
from psc_desk.ui.context import Context
from psc_desk.ui.widgets.search_box import Answer, Hit, Provider

_NUMBER = re.compile(r"(?:r|receipt|recibo)?\s*(?:no\.?|n\.º|#)?\s*(\d{3,9})", re.ASCII | re.IGNORECASE)


def receipt_provider(context: Context, owner: QObject, open_patient: Callable[[int], Any]) -> Provider:
    """Return the provider for "1224" or "receipt 1224"; receipts given to nobody's account are not found."""

    def provide(text: str, answer: Answer) -> None:
        number = _NUMBER.fullmatch(text.strip())
        if number is None:
            answer(())
            return

        def failed(error: Exception) -> None:
            answer(())
            context.report(error)

        def show(rows: Sequence[PaymentRow]) -> None:
            answer([_hit(row, row.patient_id, open_patient) for row in rows if row.patient_id is not None])

        context.ask(owner, payments, receipt_no=int(number[1]), then=show, failed=failed)

    return provide


def _hit(row: PaymentRow, patient_id: int, open_patient: Callable[[int], Any]) -> Hit:
    title = QCoreApplication.translate("Chart", "Receipt {0}, {1}").format(row.receipt_no, row.patient)
    facts = (row.word, format_money(row.amount_cents), row.tender, format_date(row.business_date))
    return Hit(title, partial(open_patient, patient_id), " · ".join(filter(None, facts)), "receipt")
