"""Sign-in, lock-out, second person, accounts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from psc_desk.errors import AccessError, InputError, RefusedError, SecondPersonNeeded
from psc_desk.events import SignedIn, SignInFailed
from psc_desk.models.staff import Right, Role, StaffMember
from psc_desk.passwords import FREE_FAILURES
from psc_desk.queries.staff import approvers, people
from psc_desk.usecases.staff import (
    PIN_FAILURES,
    Approval,
    PersonInput,
    add_person,
    approve,
    change_password,
    change_pin,
    change_role,
    check_approval,
    end_person,
    lock,
    reset_person,
    sign_in,
)
from psc_desk.work import Work
from tests.support.audit import audit_lines
from tests.support.clinic import LEO, MANAGER, MAYA, SmallClinic

NEW = PersonInput("Sam Reyes", Role.FRONT_DESK, "quiet lantern orchard", "7391")


def failures(clinic: SmallClinic, staff_id: int = MAYA) -> int:
    return clinic.desk.ask(lambda read: read.get(StaffMember, staff_id).failures)


def test_right_pin_signs_in_and_says_who(clinic: SmallClinic):
    clinic.desk.actor_id = None
    done = clinic.desk.do(sign_in, MAYA, "1234", pin=True)
    assert done.person is not None
    assert (done.person.name, done.person.role_word, done.person.initials) == ("Maya Okafor", "Front desk", "MO")
    assert done.person.may(Right.TAKE_MONEY)
    assert not done.person.may(Right.SETTINGS)
    assert isinstance(clinic.happened[-1], SignedIn)
    assert audit_lines(clinic.desk)[0].sentence.startswith("Maya Okafor signed in with a PIN on ")


def test_password_is_not_the_pin(clinic: SmallClinic):
    assert clinic.desk.do(sign_in, MAYA, "1234", pin=False).person is None
    assert clinic.desk.do(sign_in, MAYA, "correct horse 1234", pin=False).person is not None


def test_wrong_pin_is_committed_and_told(clinic: SmallClinic):
    clinic.desk.actor_id = None
    done = clinic.desk.do(sign_in, MAYA, "0000", pin=True)
    assert (done.person, done.sentence) == (None, "That is not the PIN of Maya Okafor. Type it again.")
    assert failures(clinic) == 1
    assert isinstance(clinic.happened[-1], SignInFailed)
    assert clinic.desk.do(sign_in, MAYA, "1234", pin=True).person is not None
    assert failures(clinic) == 0


def test_lock_out_grows_and_refuses_even_the_right_pin(clinic: SmallClinic):
    for _ in range(FREE_FAILURES):
        done = clinic.desk.do(sign_in, MAYA, "0000", pin=True)
    assert done.locked_until == clinic.clock.now() + timedelta(seconds=30)
    assert "Wait 30 seconds" in done.sentence
    assert clinic.desk.do(sign_in, MAYA, "1234", pin=True).locked_until == done.locked_until
    assert failures(clinic) == FREE_FAILURES, "waiting is not counted as a further failure"
    clinic.clock.advance(seconds=30)
    longer = clinic.desk.do(sign_in, MAYA, "0000", pin=True).locked_until
    assert longer == clinic.clock.now() + timedelta(seconds=60)
    clinic.clock.advance(seconds=61)
    assert clinic.desk.do(sign_in, MAYA, "1234", pin=True).person is not None


def test_after_many_failures_only_the_password_helps(clinic: SmallClinic):
    for _ in range(PIN_FAILURES):
        clinic.desk.do(sign_in, MAYA, "0000", pin=True)
        clinic.clock.advance(minutes=31)
    assert "password" in clinic.desk.do(sign_in, MAYA, "1234", pin=True).sentence
    assert clinic.desk.do(sign_in, MAYA, "correct horse 1234", pin=False).person is not None
    assert clinic.desk.do(sign_in, MAYA, "1234", pin=True).person is not None


def test_ended_account_does_not_sign_in(clinic: SmallClinic):
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(end_person, MAYA, reason="Moved away")
    assert clinic.desk.do(sign_in, MAYA, "1234", pin=True).person is None
    assert [row.name for row in clinic.desk.ask(people)] == ["Ana Ruiz", "Leo Marsh"]
    assert len(clinic.desk.ask(people, ended=True)) == 3


def test_lock_is_recorded(clinic: SmallClinic):
    clinic.desk.do(lock)
    assert audit_lines(clinic.desk)[0].sentence.startswith("Maya Okafor locked the desk on ")


def second(work: Work, approval: Approval | None) -> int:
    return approve(work, approval, "This refund is above $50.00.").id


def test_second_person(clinic: SmallClinic):
    assert clinic.desk.do(second, Approval(LEO, "2345")) == LEO
    for wrong in (None, Approval(LEO, "9999"), Approval(MAYA, "1234"), Approval(99, "1")):
        with pytest.raises(SecondPersonNeeded):
            clinic.desk.do(second, wrong)
    assert [row.id for row in clinic.desk.ask(approvers)] == [MANAGER, LEO]


def test_guessing_the_second_pin_locks_it(clinic: SmallClinic):
    for _ in range(FREE_FAILURES):
        assert clinic.desk.do(check_approval, Approval(LEO, "9999")).person is None
    assert failures(clinic, LEO) == FREE_FAILURES
    with pytest.raises(SecondPersonNeeded, match="Too many wrong tries"):
        clinic.desk.do(second, Approval(LEO, "2345"))


def test_accounts(clinic: SmallClinic):
    with pytest.raises(AccessError):
        clinic.desk.do(add_person, NEW)
    clinic.desk.actor_id = MANAGER
    sam = clinic.desk.do(add_person, NEW)
    assert clinic.desk.do(sign_in, sam, "7391", pin=True).person is not None
    with pytest.raises(InputError, match="already has an account"):
        clinic.desk.do(add_person, PersonInput("SAM  reyes", Role.LEAD, "quiet lantern orchard", "7391"))
    clinic.desk.do(change_role, sam, Role.LEAD)
    clinic.desk.do(reset_person, sam, "another calm harbour", "8264")
    assert clinic.desk.do(sign_in, sam, "7391", pin=True).person is None
    with pytest.raises(RefusedError, match="only manager"):
        clinic.desk.do(change_role, MANAGER, Role.LEAD)
    with pytest.raises(RefusedError, match="own account"):
        clinic.desk.do(end_person, MANAGER, reason="")


@pytest.mark.parametrize(
    ("password", "pin"), [("short", "7391"), ("Sam Reyes is here", "7391"), (NEW.password, "1111")]
)
def test_weak_secrets_are_refused(clinic: SmallClinic, password: str, pin: str):
    clinic.desk.actor_id = MANAGER
    with pytest.raises(InputError):
        clinic.desk.do(add_person, PersonInput("Sam Reyes", Role.FRONT_DESK, password, pin))


def test_own_password_and_pin(clinic: SmallClinic):
    with pytest.raises(InputError, match="present password"):
        clinic.desk.do(change_password, "wrong", "quiet lantern orchard")
    clinic.desk.do(change_password, "correct horse 1234", "quiet lantern orchard")
    clinic.desk.do(change_pin, "quiet lantern orchard", "8264")
    assert clinic.desk.do(sign_in, MAYA, "8264", pin=True).person is not None
    assert clinic.desk.do(sign_in, MAYA, "quiet lantern orchard", pin=False).person is not None
