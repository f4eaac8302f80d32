"""Sign in, lock, approve as a second person, and the accounts themselves (front-desk.md A1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from psc_desk.clock import local
from psc_desk.dates import format_time
from psc_desk.errors import AccessError, InputError, RefusedError, SecondPersonNeeded
from psc_desk.events import DeskLocked, SignedIn, SignInFailed, StaffChanged
from psc_desk.models.clinic import Clinic
from psc_desk.models.search_words import fold
from psc_desk.models.staff import Right, Role, StaffMember
from psc_desk.passwords import (
    PASSWORD_COST,
    PIN_COST,
    check_password_strength,
    check_pin,
    hash_password,
    hash_pin,
    is_weaker,
    lockout_until,
    matches,
)
from psc_desk.queries.staff import PersonRow, person_row
from psc_desk.work import Work

PIN_FAILURES = 10
"""After so many failures in a row a PIN no longer signs in: it takes the password."""


@dataclass(frozen=True)
class SignInResult:
    """Who signed in, or None and the sentence to show; `locked_until` (UTC) when the account waits."""

    person: PersonRow | None
    sentence: str = ""
    locked_until: datetime | None = None


@dataclass(frozen=True)
class Approval:
    """A second person's word for something: who, and the PIN typed."""

    staff_id: int
    pin: str


@dataclass(frozen=True)
class PersonInput:
    """A new person's account; `role` is a Role."""

    name: str
    role: Role
    password: str
    pin: str


def sign_in(work: Work, staff_id: int, secret: str, *, pin: bool) -> SignInResult:
    """Check the PIN or password; a failure is counted, recorded and returned as a sentence, never raised."""
    member = work.session.get(StaffMember, staff_id)
    if member is None or not member.active:
        return SignInResult(None, "This account was ended. Ask the manager for a new one.")
    refused = _refusal(work, member, secret, pin=pin)
    if refused is not None:
        return refused
    member.failures, member.last_failed_at = 0, None
    _strengthen(member, secret, pin=pin)
    work.actor_id = member.id
    work.announce(SignedIn(), f"signed in with a {'PIN' if pin else 'password'}")
    return SignInResult(person_row(member))


def check_approval(work: Work, approval: Approval) -> SignInResult:
    """Check a second person's PIN before it is used, so that a wrong one is counted even when nothing else is done."""
    member = work.session.get(StaffMember, approval.staff_id)
    if member is None or not member.may(Right.APPROVE):
        return SignInResult(None, "This person may not approve. Ask a lead or the manager.")
    refused = _refusal(work, member, approval.pin, pin=True)
    return refused or SignInResult(person_row(member))


def approve(work: Work, approval: Approval | None, why: str) -> StaffMember:
    """Return the second person who approves; SecondPersonNeeded when nobody does, may, or the PIN is wrong."""
    second = None if approval is None else work.session.get(StaffMember, approval.staff_id)
    work.actor.require_second(second, why)
    if second is None or approval is None:
        raise SecondPersonNeeded(f"{why} A second person must approve it with a PIN.", Right.APPROVE.value)
    wrong = _wrong_pin(work, second, approval.pin)
    if wrong:
        raise SecondPersonNeeded(wrong, Right.APPROVE.value)
    return second


def check_witness(work: Work, witness: Approval) -> SignInResult:
    """Check the PIN of somebody who takes something over before it is used, so that a wrong one is counted."""
    member = work.session.get(StaffMember, witness.staff_id)
    if member is None or not member.active:
        return SignInResult(None, "This account was ended. Choose another person.")
    refused = _refusal(work, member, witness.pin, pin=True)
    return refused or SignInResult(person_row(member))


def stand_by(work: Work, witness: Approval, right: Right) -> StaffMember:
    """Return the person who stands by with a PIN and may do this; InputError naming "person" or "pin" otherwise."""
    member = work.session.get(StaffMember, witness.staff_id)
    if member is None or not member.may(right):
        raise InputError(f"This person may not {right.value}. Choose someone else.", "person")
    wrong = _wrong_pin(work, member, witness.pin)
    if wrong:
        raise InputError(wrong, "pin")
    return member


def _wrong_pin(work: Work, member: StaffMember, pin: str) -> str:
    waits = lockout_until(member.failures, member.last_failed_at)
    if waits is not None and work.now < waits:
        return _wait_sentence(work, member, waits)
    return "" if matches(member.pin_hash, pin) else f"That is not the PIN of {member.name}. Type it again."


def _refusal(work: Work, member: StaffMember, secret: str, *, pin: bool) -> SignInResult | None:
    waits = lockout_until(member.failures, member.last_failed_at)
    if waits is not None and work.now < waits:
        return SignInResult(None, _wait_sentence(work, member, waits), waits)
    if pin and member.failures >= PIN_FAILURES:
        return SignInResult(None, f"Too many wrong tries for {member.name}. Sign in with the password.")
    if matches(member.pin_hash if pin else member.password_hash, secret):
        return None
    return _failed(work, member, "PIN" if pin else "password")


def _failed(work: Work, member: StaffMember, what: str) -> SignInResult:
    member.failures += 1
    member.last_failed_at = work.now
    work.announce(SignInFailed(), f"refused a wrong {what} for {member.name} (failure {member.failures})")
    waits = lockout_until(member.failures, member.last_failed_at)
    if waits is not None:
        return SignInResult(None, _wait_sentence(work, member, waits), waits)
    return SignInResult(None, f"That is not the {what} of {member.name}. Type it again.")


def _wait_sentence(work: Work, member: StaffMember, waits: datetime) -> str:
    seconds = max(1, round((waits - work.now).total_seconds()))
    until = local(waits, work.zone)
    when = f"{seconds} seconds" if seconds < 90 else f"until {format_time(until.hour * 60 + until.minute + 1)}"
    return f"Too many wrong tries for {member.name}. Wait {when}, or let someone else sign in."


def _strengthen(member: StaffMember, secret: str, *, pin: bool) -> None:
    if pin and is_weaker(member.pin_hash, PIN_COST):
        member.pin_hash = hash_pin(secret)
    elif not pin and is_weaker(member.password_hash, PASSWORD_COST):
        member.password_hash = hash_password(secret)


def lock(work: Work) -> None:
    """Record that the person locked the desk or was locked out after idling."""
    if work.actor_id is not None:
        work.announce(DeskLocked(), "locked the desk")


def add_person(work: Work, person: PersonInput) -> int:
    """Make an account and return its id."""
    work.require(Right.MANAGE_STAFF)
    return make_person(work, person)


def make_person(work: Work, person: PersonInput) -> int:
    """Make an account without asking for a right: for `add_person` and the first set-up."""
    name = " ".join(person.name.split())
    if not any(c.isalpha() for c in name) or len(name) > 80:
        raise InputError("Type the person's first and last name.", "name")
    _check_free(work, name)
    _check_password(work, person.password, name)
    check_pin(person.pin)
    member = StaffMember(
        name=name,
        role=Role(person.role),
        password_hash=hash_password(person.password),
        pin_hash=hash_pin(person.pin),
        created_at=work.now,
    )
    work.session.add(member)
    work.announce(StaffChanged(), f"made an account for {name} as {member.role.word.lower()}")
    return member.id


def _check_free(work: Work, name: str) -> None:
    for other in work.session.scalars(select(StaffMember)):
        if fold(other.name) == fold(name):
            ended = "" if other.active else " (ended)"
            raise InputError(
                f"{other.name} already has an account{ended}. Add a middle initial to tell them apart.", "name"
            )


def _check_password(work: Work, password: str, name: str) -> None:
    clinic = work.session.scalar(select(Clinic.name)) or ""
    check_password_strength(password, names=(*name.split(), name, clinic))


def change_role(work: Work, staff_id: int, role: Role) -> None:
    """Give a person another role; the last manager stays one."""
    work.require(Right.MANAGE_STAFF)
    member = work.get(StaffMember, staff_id, "person")
    if member.role is role:
        return
    _keep_a_manager(work, member)
    before, member.role = member.role, role
    changed = {"role": before.word}, {"role": role.word}
    work.announce(
        StaffChanged(), f"changed the role of {member.name} to {role.word.lower()}", before=changed[0], after=changed[1]
    )


def end_person(work: Work, staff_id: int, *, reason: str) -> None:
    """End an account; what the person did stays in the books."""
    actor = work.require(Right.MANAGE_STAFF)
    member = work.get(StaffMember, staff_id, "person")
    if member.id == actor.id:
        raise RefusedError("You cannot end your own account. Ask another manager to do it.")
    if not member.active:
        return
    _keep_a_manager(work, member)
    member.active = False
    work.announce(StaffChanged(), f"ended the account of {member.name}", reason=reason)


def _keep_a_manager(work: Work, member: StaffMember) -> None:
    if member.role is not Role.MANAGER or not member.active:
        return
    managers = select(func.count()).select_from(StaffMember).where(StaffMember.role == Role.MANAGER, StaffMember.active)
    if work.session.scalar(managers) == 1:
        raise RefusedError(f"{member.name} is the only manager. Make someone else a manager first.")


def change_password(work: Work, old: str, new: str) -> None:
    """Change one's own password."""
    member = work.actor
    if not matches(member.password_hash, old):
        raise InputError("That is not your present password. Type it again.", "old")
    _check_password(work, new, member.name)
    member.password_hash = hash_password(new)
    work.announce(StaffChanged(), "changed the own password")


def change_pin(work: Work, password: str, pin: str) -> None:
    """Change one's own PIN; the password proves who it is."""
    member = work.actor
    if not matches(member.password_hash, password):
        raise InputError("That is not your password. Type it again.", "password")
    check_pin(pin)
    member.pin_hash = hash_pin(pin)
    work.announce(StaffChanged(), "changed the own PIN")


def reset_person(work: Work, staff_id: int, password: str, pin: str) -> None:
    """Give someone who forgot them a new password and PIN; failures start again from none."""
    work.require(Right.MANAGE_STAFF)
    member = work.get(StaffMember, staff_id, "person")
    if not member.active:
        raise AccessError("This account was ended. Make a new one instead.")
    _check_password(work, password, member.name)
    check_pin(pin)
    member.password_hash, member.pin_hash = hash_password(password), hash_pin(pin)
    member.failures, member.last_failed_at = 0, None
    work.announce(StaffChanged(), f"gave {member.name} a new password and PIN")
