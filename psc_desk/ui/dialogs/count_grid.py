"""Count a drawer by denomination: type how many of each piece, Enter goes on, the total is added up."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from psc_desk.models.till import DENOMINATIONS
from psc_desk.money import Cents, format_money
from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import line
from psc_desk.ui.widgets.inputs import TypedEdit


class OnwardEdit(TypedEdit):
    """Enter and Down go on to the next field, Up goes back; in the last one Enter presses the dialog's button."""

    onward = Signal()
    back = Signal()

    def __init__(self, name: str, words: str) -> None:
        super().__init__(name, words)
        self.is_last = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the last field, and Ctrl+Enter in any, goes to the dialog's own button."""
        at_once = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not at_once
        if (enter and not self.is_last) or event.key() == Qt.Key.Key_Down:
            self.onward.emit()
        elif event.key() == Qt.Key.Key_Up:
            self.back.emit()
        else:
            super().keyPressEvent(event)


class PiecesEdit(OnwardEdit):
    """How many of one piece."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(name, words)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText("0")
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,5}"), self))


class CountGrid(QWidget):
    """Notes at the left, coin at the right; `pieces()` is {cents of the piece: how many}."""

    total_changed = Signal(int)

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("count_grid")
        self.edits: dict[int, PiecesEdit] = {}
        self._sums: dict[int, QLabel] = {}
        self.words = theme.label(words or self.tr("Counted"), look="secondary")
        self.total_label = theme.label(format_money(0), "big", bold=True)
        self.total_label.setObjectName("count_total")
        self._build()

    @property
    def total(self) -> Cents:
        """What was typed comes to."""
        return sum(piece * n for piece, n in self.pieces().items())

    def pieces(self) -> dict[int, int]:
        """Return how many of each piece; those without any are left out."""
        typed = {piece: int(edit.text() or 0) for piece, edit in self.edits.items()}
        return {piece: n for piece, n in typed.items() if n}

    def set_pieces(self, pieces: dict[int, int]) -> None:
        """Show a count."""
        for piece, edit in self.edits.items():
            edit.setText(str(pieces[piece]) if pieces.get(piece) else "")

    def start(self) -> None:
        """Put the focus into the first field."""
        self.edits[DENOMINATIONS[0][1]].setFocus(Qt.FocusReason.TabFocusReason)

    def next_edit(self) -> PiecesEdit:
        """Return the field after the last one that was filled in, the first when all are empty or full."""
        edits = list(self.edits.values())
        filled = [number for number, edit in enumerate(edits) if edit.text()]
        return edits[(filled[-1] + 1) % len(edits) if filled else 0]

    def end_here(self) -> None:
        """Let Enter in the last field press the dialog's button."""
        self.edits[DENOMINATIONS[-1][1]].is_last = True

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(4))
        half = next(n for n, (word, _cents) in enumerate(DENOMINATIONS) if "¢" in word)
        for number, (word, cents) in enumerate(DENOMINATIONS):
            side = 0 if number < half else 4
            self._add_piece(grid, number - (half if side else 0), side, word, cents)
        grid.setColumnMinimumWidth(3, theme.px(24))
        foot = QHBoxLayout()
        foot.addWidget(self.words)
        foot.addStretch()
        foot.addWidget(self.total_label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        layout.addWidget(line())
        layout.addLayout(foot)
        self._link()

    def _add_piece(self, grid: QGridLayout, row: int, side: int, word: str, cents: int) -> None:
        label = theme.label(word)
        edit = PiecesEdit(f"pieces_{cents}", self.tr("How many of {0}").format(word))
        edit.setMaximumWidth(theme.px(76))
        label.setBuddy(edit)
        worth = theme.label("", look="secondary")
        worth.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        worth.setMinimumWidth(theme.px(84))
        worth.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for place, widget in enumerate((label, edit, worth)):
            grid.addWidget(widget, row, side + place)
        self.edits[cents], self._sums[cents] = edit, worth
        edit.textChanged.connect(self._typed)

    def _link(self) -> None:
        edits = list(self.edits.values())
        for one, other in pairwise(edits):
            one.onward.connect(lambda to=other: to.setFocus(Qt.FocusReason.TabFocusReason))
            other.back.connect(lambda to=one: to.setFocus(Qt.FocusReason.BacktabFocusReason))
            QWidget.setTabOrder(one, other)
        edits[-1].onward.connect(self._leave)

    def _leave(self) -> None:
        after = self.edits[DENOMINATIONS[-1][1]].nextInFocusChain()
        if after is not None:
            after.setFocus(Qt.FocusReason.TabFocusReason)

    def _typed(self) -> None:
        pieces = self.pieces()
        for piece, label in self._sums.items():
            label.setText(format_money(piece * pieces[piece]) if piece in pieces else "")
        self.total_label.setText(format_money(self.total))
        self.total_changed.emit(self.total)
