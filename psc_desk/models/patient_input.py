"""What is typed about a patient, and its rules. Names are kept as the person writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self

from psc_desk.errors import InputError
from psc_desk.privacy import check_no_card_number

OLDEST = date(1880, 1, 1)
_STATE_CODES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP"
)
STATES = frozenset(_STATE_CODES.split())
"""Postal codes of states, territories and military addresses (USPS Publication 28, appendix B)."""
SEXES = ("female", "male", "other", "unknown")
PHONE_KINDS = ("mobile", "home", "work")
OK_TO_TEXT = ("yes", "no", "not_asked")
CONTACT_KINDS = ("emergency", "guardian", "may_be_told")
_LONGEST_TEXT, _LONGEST_NAME = 200, 80
_EMAIL = re.compile(r"[^@\s<>\"(),;]+@[^@\s<>\"(),;.]+(?:\.[^@\s<>\"(),;.]+)+")
_NANP = re.compile(r"[2-9](?!11)\d\d[2-9](?!11)\d{6}", re.ASCII)


def normal_phone(text: str, field: str = "phone") -> str:
    """Return ten digits (North America), or + and 7 to 15 digits for abroad; InputError with a sentence otherwise."""
    typed = text.strip()
    digits = re.sub(r"[\s().\-/]", "", typed)
    if digits.startswith("+") and not digits.startswith("+1"):
        if re.fullmatch(r"\+[2-9]\d{6,14}", digits, re.ASCII):
            return digits
        raise InputError(f"{typed} is not a number abroad. Type +, the country code and 7 to 15 digits.", field)
    digits = digits.removeprefix("+")
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if not (digits.isascii() and digits.isdigit() and len(digits) == 10):
        raise InputError(f"{typed} is not a phone number. Type ten digits, such as 978-555-0100.", field)
    if not _NANP.fullmatch(digits):
        raise InputError(
            f"{format_phone(digits)} cannot be a phone number: area code and exchange begin with 2 to 9. Check it.",
            field,
        )
    return digits


def format_phone(digits: str) -> str:
    """Return "(978) 555-0100" for ten digits; other numbers as they are."""
    if len(digits) == 10 and digits.isdigit():
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return digits


@dataclass(frozen=True)
class PhoneInput:
    """A phone as typed. `kind` is mobile, home or work; `ok_to_text` yes, no or not_asked."""

    digits: str
    kind: str = "mobile"
    extension: str = ""
    ok_to_text: str = "not_asked"


@dataclass(frozen=True)
class ContactInput:
    """Someone around the patient. `kind` is emergency, guardian or may_be_told; that field says what may be told."""

    name: str
    kind: str = "emergency"
    relation: str = ""
    phone: str = ""
    may_be_told: str = ""


@dataclass(frozen=True)
class PatientInput:
    """Everything typed about a patient; `previous_names` holds a name per line, empty `guarantor` is the patient."""

    first_name: str = ""
    last_name: str = ""
    birth_date: date | None = None
    middle_name: str = ""
    suffix: str = ""
    preferred_name: str = ""
    previous_names: str = ""
    sex: str = "unknown"
    gender: str = ""
    pronouns: str = ""
    language: str = "en"
    interpreter: bool = False
    race: str = ""
    ethnicity: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    email: str = ""
    guarantor: str = ""
    employer: str = ""
    pcp: str = ""
    pharmacy: str = ""
    referred_by: str = ""
    phones: tuple[PhoneInput, ...] = ()
    contacts: tuple[ContactInput, ...] = ()

    @property
    def called(self) -> str:
        """The name to use."""
        return f"{self.preferred_name or self.first_name} {self.last_name}".strip()

    def check(self, today: date) -> Self:
        """Return this input tidied (blanks, phones, state, ZIP), or raise InputError naming the field to go to."""
        texts: dict[str, Any] = {name: _one_space(value, name) for name, value in self._texts().items()}
        tidy = replace(self, **texts)
        tidy._check_names()
        tidy._check_birth_date(today)
        tidy._check_choices()
        tidy._check_address()
        return replace(
            tidy, state=tidy.state.upper(), phones=_tidy_phones(tidy.phones), contacts=_tidy_contacts(tidy.contacts)
        )

    def _texts(self) -> dict[str, str]:
        return {f.name: value for f in fields(self) if isinstance(value := getattr(self, f.name), str)}

    def _check_names(self) -> None:
        for name, word in (("first_name", "first name"), ("last_name", "last name")):
            if not getattr(self, name):
                raise InputError(f"The {word} is missing. Type it as the person writes it.", name)
        for name in ("first_name", "middle_name", "last_name", "preferred_name"):
            value = getattr(self, name)
            if len(value) > _LONGEST_NAME:
                raise InputError(f"This name is longer than {_LONGEST_NAME} letters. Shorten it.", name)
            if value and not any(c.isalpha() for c in value):
                raise InputError("A name needs at least one letter. Type it as the person writes it.", name)

    def _check_birth_date(self, today: date) -> None:
        born = self.birth_date
        if born is None:
            raise InputError("The birth date is missing. Type month/day/year, such as 04/18/1987.", "birth_date")
        if born > today:
            raise InputError("The birth date is in the future. Check the year.", "birth_date")
        if born < OLDEST:
            raise InputError("The birth date is before 1880. Check the year.", "birth_date")

    def _check_choices(self) -> None:
        if self.sex not in SEXES:
            raise InputError("Choose female, male, other or unknown as the sex.", "sex")
        if not re.fullmatch(r"[a-z]{2,3}", self.language):
            raise InputError("Choose the language from the list.", "language")

    def _check_address(self) -> None:
        if self.state and self.state.upper() not in STATES:
            raise InputError(f"There is no state {self.state}. Type its two letters, such as MA.", "state")
        if self.zip and not re.fullmatch(r"\d{5}(-\d{4})?", self.zip, re.ASCII):
            raise InputError("A ZIP code has five digits, or five and four: 01970 or 01970-1234. Correct it.", "zip")
        if self.email and not _EMAIL.fullmatch(self.email):
            raise InputError("This is not an e-mail address. Type it like name@example.com or leave it empty.", "email")


def _one_space(text: str, field: str) -> str:
    lines = [" ".join("".join(c if c.isprintable() else " " for c in line).split()) for line in text.splitlines()]
    tidy = ("\n" if field == "previous_names" else " ").join(filter(None, lines))
    if len(tidy) > _LONGEST_TEXT:
        raise InputError(f"This is longer than {_LONGEST_TEXT} letters. Shorten it.", field)
    check_no_card_number(tidy, field)
    return tidy


def _tidy_phones(phones: tuple[PhoneInput, ...]) -> tuple[PhoneInput, ...]:
    tidy: dict[tuple[str, str], PhoneInput] = {}
    for phone in phones:
        if not phone.digits.strip():
            continue
        if phone.kind not in PHONE_KINDS or phone.ok_to_text not in OK_TO_TEXT:
            raise InputError("Choose the kind of phone and whether texts are welcome from the lists.", "phones")
        extension = phone.extension.strip()
        if extension and not (extension.isascii() and extension.isdigit() and len(extension) <= 8):
            raise InputError("An extension has one to eight digits. Correct it.", "phones")
        done = replace(phone, digits=normal_phone(phone.digits, "phones"), extension=extension)
        tidy.setdefault((done.digits, done.extension), done)
    return tuple(tidy.values())


def _tidy_contacts(contacts: tuple[ContactInput, ...]) -> tuple[ContactInput, ...]:
    tidy = []
    for contact in contacts:
        texts = {f.name: _one_space(getattr(contact, f.name), "contacts") for f in fields(contact)}
        if not any(texts[name] for name in ("name", "phone", "relation")):
            continue
        if not texts["name"]:
            raise InputError("A contact needs a name. Type who it is.", "contacts")
        if texts["kind"] not in CONTACT_KINDS:
            raise InputError("Choose emergency contact, guardian or may be told.", "contacts")
        if texts["phone"]:
            texts["phone"] = normal_phone(texts["phone"], "contacts")
        tidy.append(ContactInput(**texts))
    return tuple(tidy)
