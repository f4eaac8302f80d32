"""The people who sign in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from psc_desk.models.staff import RIGHTS, Right, StaffMember
from psc_desk.work import Read


@dataclass(frozen=True)
class PersonRow:
    """A person with an account: `role` is the key (front_desk), `role_word` the word (Front desk)."""

    id: int
    name: str
    role: str
    role_word: str
    initials: str
    active: bool
    rights: frozenset[Right] = frozenset()

    def may(self, right: Right) -> bool:
        """Say whether the person's role includes `right`; the use cases check again."""
        return right in self.rights


def person_row(member: StaffMember) -> PersonRow:
    """Return the row of a loaded person."""
    rights = RIGHTS[member.role] if member.active else frozenset()
    return PersonRow(
        member.id, member.name, member.role.value, member.role.word, member.initials, member.active, rights
    )


def name_of(read: Read, staff_id: int | None) -> str:
    """Return a person's name, empty where there is nobody."""
    found = None if staff_id is None else read.session.get(StaffMember, staff_id)
    return found.name if found else ""


def people(read: Read, *, ended: bool = False) -> list[PersonRow]:
    """Return who may sign in, by name; with `ended` also those whose account ended."""
    chosen = select(StaffMember).order_by(StaffMember.name)
    if not ended:
        chosen = chosen.where(StaffMember.active)
    return [person_row(member) for member in read.session.scalars(chosen)]


def person(read: Read, staff_id: int) -> PersonRow:
    """Return one person."""
    return person_row(read.get(StaffMember, staff_id, "person"))


def approvers(read: Read) -> list[PersonRow]:
    """Return who may approve as a second person: leads and managers other than the person signed in."""
    return [row for row in people(read) if row.may(Right.APPROVE) and row.id != read.actor_id]
