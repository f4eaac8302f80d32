"""The check of the books that the program runs by itself each night, or that a person asks for (REL-27)."""

from __future__ import annotations

from psc_desk.events import BooksChecked
from psc_desk.models.ledger import BooksCheck
from psc_desk.models.staff import Right
from psc_desk.queries.books import BooksRow, all_checks, books_due, last_run
from psc_desk.queries.verify import Check
from psc_desk.work import Desk, Work


def check_books(desk: Desk) -> BooksRow:
    """Run every check of the data and write the result down, also when all holds. Slow: not in the window's thread."""
    checks = all_checks(desk)
    desk.do(record_books_check, checks)
    done = desk.ask(last_run)
    assert done is not None
    return done


def check_books_when_due(desk: Desk) -> BooksRow | None:
    """Run the checks when it is time; return the newest run, whether it was made now or before."""
    return check_books(desk) if desk.ask(books_due) else desk.ask(last_run)


def record_books_check(work: Work, checks: list[Check]) -> None:
    """Write down what a run of all checks found; a person needs the right to see reports, the program none."""
    if work.actor_id is not None:
        work.require(Right.SEE_REPORTS)
    failed = {check.name: check.detail for check in checks if not check.ok}
    work.session.add(BooksCheck(at=work.now, checks=len(checks), failed=failed))
    verdict = f"{len(failed)} of {len(checks)} fail" if failed else f"all {len(checks)} hold"
    work.announce(BooksChecked(failed=len(failed)), f"checked the books: {verdict}", after={"failed": list(failed)})
