"""Set up the receipt printer: find it, see what it can do, look at a page, try the drawer, keep what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from psc_desk.devices import FORMS, open_channel
from psc_desk.devices.escpos_printer import Deadlines
from psc_desk.devices.found import Found, found_printers
from psc_desk.devices.probe import PROOF_WORDS, SENSOR_WORDS, Heard, Probe, Proof, polarity
from psc_desk.errors import DeskError, DeviceError
from psc_desk.papers.escpos import CODE_PAGES, NO_CODE_PAGE, PrinterProfile
from psc_desk.papers.probe_page import LINES, RULERS, probe_page_bytes
from psc_desk.queries.receipts import printer_profile
from psc_desk.settings import PRINTER_URL
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.page_print import printer_names
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.usecases.devices import PrinterChoice, save_printer
from psc_desk.work import Read


@dataclass(frozen=True)
class Known:
    """What this desk's settings say before the set-up."""

    url: str
    profile: PrinterProfile


def known(read: Read) -> Known:
    """Return the printer as the settings describe it."""
    return Known(read.setting(PRINTER_URL), printer_profile(read))


def open_printer_wizard(
    context: Context, parent: QWidget, *, deadlines: Deadlines | None = None, then: Callable[[], Any] | None = None
) -> None:
    """Open the set-up on this desk's printer; `then` is called when it was kept."""

    def show(found: Known) -> None:
        wizard = PrinterWizard(context, parent, found, deadlines)
        if then is not None:
            wizard.accepted.connect(then)
        wizard.open()

    context.ask(parent, known, then=show)


class PrinterWizard(DeskDialog[PrinterChoice]):
    """Five steps; Enter goes on. While it is open the desk does not print: the set-up has the printer for itself."""

    def __init__(
        self, context: Context, parent: QWidget | None, found: Known, deadlines: Deadlines | None = None
    ) -> None:
        super().__init__(parent, "Set up the receipt printer", verb="Look for it")
        self.context = context
        self._profile, self._deadlines = found.profile, deadlines
        self._probe: Probe | None = None
        self._wait: Callable[[], None] | None = None
        self._heard = Heard({}, can_answer=False)
        self._proof: Proof = "none"
        self._closed: bool | None = None
        self.sensor = found.profile.drawer_sensor
        self.title_line = theme.label("", "heading", bold=True)
        self.words = theme.label("")
        self.pages = QStackedWidget()
        self.back = button("back_button", self.tr("&Back"), self._back)
        self._build_steps(found)
        self.finished.connect(self._give_back)
        self.finished.connect(self.deleteLater)
        self.go(0)
        context.run(self, "reports", lambda: found_printers(printer_names()), then=self._offer)

    @property
    def step(self) -> int:
        """The step shown, from 0."""
        return self.pages.currentIndex()

    def go(self, step: int) -> None:
        """Show a step with its words; the primary button says what it does."""
        titles = (
            (self.tr("1 of 5 · Where is the printer?"), self.tr("&Look for it")),
            (self.tr("2 of 5 · What it says"), self.tr("&Print the set-up page")),
            (self.tr("3 of 5 · What came out?"), self.tr("&Next: the drawer")),
            (self.tr("4 of 5 · The cash drawer"), self.tr("&Next: what was found")),
            (self.tr("5 of 5 · Keep it?"), self.tr("&Keep it")),
        )
        self.pages.setCurrentIndex(step)
        title, verb = titles[step]
        self.title_line.setText(title)
        self.primary.setText(verb)
        self.primary.setAccessibleName(verb.replace("&", ""))
        self.primary.setEnabled(True)
        self.back.setEnabled(step > 0)
        self.words.setText(self._step_words(step))
        self.error_line.hide()
        self._focus_step()

    def submit(self) -> None:
        """Go on."""
        (self._look, self._print, lambda: self.go(3), self._show_end, self._keep)[self.step]()

    def value(self) -> PrinterChoice:
        """Return what was found and confirmed."""
        return PrinterChoice(
            url=self.url.text().strip(), columns=int(self.columns.currentData()),
            code_page=int(self.letters.currentData()), proof=self._proof, cutter=bool(self.cutter.currentData()),
            drawer_pin=int(self.pin.currentData()), drawer_sensor=self.sensor, model=self._heard.model,
        )  # fmt: skip

    def _build_steps(self, found: Known) -> None:
        self.form.hide()
        self.words.setObjectName("wizard_words")
        self.words.setWordWrap(True)
        self.body.addWidget(self.title_line)
        self.body.addWidget(self.words)
        self.body.addWidget(self.pages, 1)
        self.buttons.insertWidget(0, self.back)
        for form in (self._where(found), Form(), self._looked(found), self._drawer(found), Form()):
            page = QWidget()
            layout = QVBoxLayout(page)
            layout.setContentsMargins(0, theme.px(6), 0, 0)
            layout.addWidget(form)
            layout.addStretch()
            self.pages.addWidget(page)
        self.setMinimumSize(theme.px(620), theme.px(430))

    def _where(self, found: Known) -> Form:
        form = Form()
        self.here = form.choice(self.tr("&Seen here"), "seen_here", [(self.tr("Looking ..."), "")], "")
        self.here.activated.connect(self._take)
        self.url = form.text(self.tr("&Address"), "printer_url", found.url)
        self.url.setPlaceholderText("tcp://192.168.1.50:9100")
        note = theme.label(self.tr("Such as {0}").format(FORMS), "small", look="secondary")
        note.setWordWrap(True)
        form.wide(note)
        return form

    def _offer(self, printers: list[Found]) -> None:
        """List what this computer sees; the practice printer is always there."""
        first = self.tr("Choose one, or type its address") if printers else self.tr("None seen: type its address")
        self.here.setItemText(0, first)
        for one in [*printers, Found("virtual:", self.tr("Practice printer, on the screen"))]:
            self.here.addItem(one.words, one.url)

    def _take(self, _index: int) -> None:
        if self.here.currentData():
            self.url.setText(self.here.currentData())
            self.url.setFocus()

    def _looked(self, found: Known) -> Form:
        form = Form()
        widths: list[tuple[str, object]] = [(str(columns), columns) for columns in RULERS]
        if found.profile.columns not in RULERS:
            widths.append((str(found.profile.columns), found.profile.columns))
        words = self.tr("1. &Longest ruler on one line")
        self.columns = form.choice(words, "columns", widths, found.profile.columns)
        lines: list[tuple[str, object]] = [(f"{mark}: é ñ ü ¿ ¡", number) for mark, number in LINES.items()]
        lines.append((self.tr("none of them: draw such letters"), NO_CODE_PAGE))
        number = found.profile.code_page_number
        chosen = number if number in CODE_PAGES else NO_CODE_PAGE
        self.letters = form.choice(self.tr("2. Line with the right &letters"), "letters", lines, chosen)
        grey: list[tuple[str, object]] = [
            (self.tr("yes"), True),
            (self.tr("no, it is torn or full of odd letters"), False),
        ]
        self.picture = form.choice(self.tr("3. &Picture is grey and whole"), "picture", grey, True)
        cut: list[tuple[str, object]] = [(self.tr("yes"), True), (self.tr("no, paper is torn off by hand"), False)]
        self.cutter = form.choice(self.tr("4. The paper was &cut"), "cutter", cut, found.profile.has_cutter)
        return form

    def _drawer(self, found: Known) -> Form:
        form = Form()
        pins: list[tuple[str, object]] = [(self.tr("2 (usual)"), 2), ("5", 5)]
        self.pin = form.choice(self.tr("Connector &pin"), "pin", pins, found.profile.drawer_pin)
        self.shut = button("drawer_shut", self.tr("It is shut: &open it"), self._try_drawer)
        self.stands_open = button("drawer_open", self.tr("It stands open &now: read again"), self._read_open)
        self.drawer_words = theme.label("", look="secondary")
        self.drawer_words.setObjectName("drawer_words")
        self.drawer_words.setWordWrap(True)
        for widget in (self.shut, self.stands_open, self.drawer_words):
            form.wide(widget)
        return form

    def _step_words(self, step: int) -> str:
        if step == 0:
            return self.tr("Switch the printer on, put paper in and shut the drawer. Then say how it is connected.")
        if step == 1:
            page = self.tr("Next, one page is printed by which you tell width, letters and cutter.")
            return self._heard.words() if self._heard.trouble else f"{self._heard.words()}\n\n{page}"
        if step == 2:
            return self.tr("{0} Look at the page and say what you see.").format(PROOF_WORDS[self._proof])
        if step == 3:
            return self.tr("Shut the drawer, then open it from here. Without a drawer, go on.")
        return self._summary()

    def _summary(self) -> str:
        choice = self.value()
        page = CODE_PAGES.get(choice.code_page, self.tr("none, such letters are drawn"))
        return "\n".join((
            self.tr("Address: {0}").format(choice.url),
            self.tr("Printer: {0}").format(choice.model or self.tr("does not say its name")),
            self.tr("Width: {0} characters · code page {1}").format(choice.columns, page),
            self.tr("Cutter: {0}").format(self.tr("yes") if choice.cutter else self.tr("no")),
            PROOF_WORDS[self._proof],
            self.tr("Drawer on pin {0}. {1}").format(choice.drawer_pin, SENSOR_WORDS[self.sensor]),
        ))  # fmt: skip

    def _focus_step(self) -> None:
        first = (self.url, self.primary, self.columns, self.shut, self.primary)[self.step]
        first.setFocus()

    def _back(self) -> None:
        self.go(max(self.step - 1, 0))

    def _look(self) -> None:
        channel = open_channel(self.url.text(), virtual=getattr(self.context.devices, "virtual", None))
        if channel is None:
            self._probe, self._heard, self._proof = None, Heard({}, can_answer=False), "none"
            self.go(2)
            self.words.setText(
                self.tr("A print queue gives no answers: choose width and letters as its printer has them.")
            )
            return
        self._probe = Probe(channel, self._deadlines)
        self._step(self._probe.look, self._seen, self.tr("Looking for the printer ..."))

    def _seen(self, heard: Heard) -> None:
        self._heard = heard
        self.go(1)
        if heard.trouble:
            self.primary.setText(self.tr("&Look again"))

    def _print(self) -> None:
        if self._heard.trouble:
            self._look()
            return
        assert self._probe is not None
        page = probe_page_bytes(self.url.text().strip(), replace(self._profile, has_cutter=True))
        probe = self._probe
        self._step(lambda: probe.print_page(page), self._printed, self.tr("Printing the set-up page ..."))

    def _printed(self, proof: Proof) -> None:
        self._proof = proof
        self.go(2)

    def _try_drawer(self) -> None:
        probe, pulse = self._probe, self._profile.pulse(int(self.pin.currentData()))
        if probe is None:
            self.drawer_words.setText(self.tr("A print queue opens no drawer: it might do so hours later."))
            return

        def kick() -> bool | None:
            closed = probe.sensor()
            probe.kick(pulse)
            return closed

        self._step(kick, self._kicked, self.tr("Opening the drawer ..."))

    def _kicked(self, closed: bool | None) -> None:
        self._closed = closed
        self.primary.setEnabled(True)
        self.words.setText(self._step_words(3))
        self.drawer_words.setText(
            self.tr("The pulse was sent. If the drawer did not open, try the other pin. Leave it open and read again.")
        )
        self.stands_open.setFocus()

    def _read_open(self) -> None:
        if self._probe is not None:
            self._step(self._probe.sensor, self._read, self.tr("Reading the drawer's switch ..."))

    def _read(self, opened: bool | None) -> None:
        self.sensor = polarity(self._closed, opened)
        self.primary.setEnabled(True)
        self.words.setText(self._step_words(3))
        self.drawer_words.setText(SENSOR_WORDS[self.sensor])
        self.primary.setFocus()

    def _show_end(self) -> None:
        self.go(4)

    def _keep(self) -> None:
        if not self.picture.currentData():
            words = self.tr("pictures do not print well here: letters that the code page lacks may come out badly")
            self.context.report.note(words)
        said = self.tr("the receipt printer is set up")
        self.accepted.connect(lambda: self.context.report.done(said))
        choice = self.value()
        self.primary.setEnabled(False)
        self.context.do(self, save_printer, choice, then=lambda _none: self.finish(choice), failed=self._failed)

    def _step(self, work: Callable[[], Any], then: Callable[[Any], Any], words: str) -> None:
        """Do something slow at the printer, which the spooler has let go of before."""
        if self._wait is None and self.context.devices is not None:
            self._wait = self.context.devices.hand_over()
        wait = self._wait or (lambda: None)
        self.primary.setEnabled(False)
        self.error_line.hide()
        self.words.setText(words)

        def run() -> Any:
            wait()
            return work()

        self.context.run(self, "device", run, then=then, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self.primary.setEnabled(True)
        self.words.setText(self._step_words(self.step))
        if isinstance(error, DeviceError | DeskError):
            self.show_error(error)
        else:
            self.context.report(error)

    def _give_back(self) -> None:
        devices = self.context.devices
        if self._wait is not None and devices is not None:
            # through the lane: a step may still be at the printer, which has one owner at a time
            self._wait = None
            self.context.run(devices, "device", lambda: None, then=lambda _none: devices.take_back())
