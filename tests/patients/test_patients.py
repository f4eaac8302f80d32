"""Registration, changes, duplicates, alerts, notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psc_desk.errors import AccessError, ConflictError, InputError, OverridableError
from psc_desk.models.patient_input import ContactInput, PatientInput, PhoneInput, format_phone, normal_phone
from psc_desk.models.staff import Role, StaffMember
from psc_desk.privacy import check_no_card_number, has_card_number
from psc_desk.queries.audit import chart_readers
from psc_desk.queries.patients import alerts, banner, nearest_duplicates, patient_form, same_person
from psc_desk.usecases.chart import open_chart
from psc_desk.usecases.patients import (
    add_alert,
    add_note,
    change_patient,
    end_alert,
    register_patient,
    register_patient_anyway,
    verify_demographics,
)
from psc_desk.work import Work
from tests.support.clinic import INES, JONAH, MAYA, TODAY, SmallClinic

ROSA = PatientInput(
    "Rosa", "Delgado", date(1990, 6, 15), state="ma", zip="01970", email="rosa@example.com",
    phones=(PhoneInput("(978) 555-0177"),), contacts=(ContactInput("Luis Delgado", phone="978.555.0178"),),
)  # fmt: skip


def test_register_tidies_and_numbers(clinic: SmallClinic):
    made = clinic.desk.do(register_patient, replace(ROSA, first_name="  Rosa ", city="Salem\tMA"))
    form = clinic.desk.ask(patient_form, made)
    assert (form.record_no, form.verified_on, form.version) == ("10004", TODAY, 1)
    assert (form.input.first_name, form.input.state, form.input.city) == ("Rosa", "MA", "Salem MA")
    assert form.input.phones == (PhoneInput("9785550177"),)
    assert form.input.contacts[0].phone == "9785550178"
    shown = clinic.desk.ask(banner, made)
    assert (shown.name, shown.age, shown.initials) == ("Delgado, Rosa", "35 y", "RD")
    assert (shown.phone, shown.coverage, shown.balance_cents) == ("(978) 555-0177", "", 0)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"first_name": " "}, "first_name", "missing"),
        ({"last_name": "123"}, "last_name", "at least one letter"),
        ({"last_name": "x" * 81}, "last_name", "longer than"),
        ({"birth_date": None}, "birth_date", "missing"),
        ({"birth_date": TODAY + timedelta(days=1)}, "birth_date", "future"),
        ({"birth_date": date(1879, 12, 31)}, "birth_date", "before 1880"),
        ({"sex": "f"}, "sex", "Choose"),
        ({"language": "Spanish!"}, "language", "Choose"),
        ({"state": "XX"}, "state", "no state"),
        ({"zip": "1970"}, "zip", "five digits"),
        ({"email": "rosa@example"}, "email", "e-mail"),
        ({"phones": (PhoneInput("555-0100"),)}, "phones", "ten digits"),
        ({"phones": (PhoneInput("978-155-0100"),)}, "phones", "begin with 2 to 9"),
        ({"phones": (PhoneInput("911-555-0100"),)}, "phones", "begin with 2 to 9"),
        ({"phones": (PhoneInput("9785550100", extension="x1"),)}, "phones", "extension"),
        ({"contacts": (ContactInput("", phone="9785550100"),)}, "contacts", "needs a name"),
        ({"employer": "4111 1111 1111 1111"}, "employer", "payment card"),
        ({"contacts": (ContactInput("Al", may_be_told="4111-1111-1111-1111"),)}, "contacts", "payment card"),
    ],
)
def test_what_is_refused(change: dict[str, object], field: str, says: str):
    with pytest.raises(InputError, match=says) as refused:
        replace(ROSA, **change).check(TODAY)
    assert refused.value.field == field


def test_born_today_is_fine():
    assert replace(ROSA, birth_date=TODAY).check(TODAY).birth_date == TODAY


@given(st.from_type(PatientInput))
def test_any_form_is_taken_or_refused_with_a_sentence(typed: PatientInput):
    refused: InputError | None = None
    try:
        assert typed.check(TODAY).check(TODAY) == typed.check(TODAY)
    except InputError as error:
        refused = error
    if refused is not None:
        assert str(refused).endswith(".")
        assert refused.field
        assert not has_card_number(str(refused))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1-978-555-0100", "9785550100"), ("+1 (978) 555 0100", "9785550100"), ("+44 20 7946 0958", "+442079460958"),
     ("978/555/0100", "9785550100")],
)  # fmt: skip
def test_phones(typed: str, kept: str):
    assert normal_phone(typed) == kept
    assert normal_phone(format_phone(kept)) == kept


@pytest.mark.parametrize(
    "text", ["4111111111111111", "card 3782-822463-10005 exp", "1 4111 1111 1111 1111", "5555 5555\n5555 4444"]
)
def test_card_numbers_are_seen_and_never_echoed(text: str):
    with pytest.raises(InputError) as refused:
        check_no_card_number(text, "note")
    assert not any(c.isdigit() for c in str(refused.value).replace("four", ""))


@pytest.mark.parametrize(
    "text", ["4111111111111112", "978-555-0100 978-555-0101", "0000000000000000", "visit 12/31/2026", ""]
)
def test_other_numbers_pass(text: str):
    check_no_card_number(text, "note")


def test_a_likely_double_is_named_and_may_be_added_with_a_reason(clinic: SmallClinic):
    first = clinic.desk.do(register_patient, ROSA)
    for twin in (
        ROSA,
        replace(ROSA, first_name="ROSÁ", phones=()),
        replace(ROSA, first_name="Delgado", last_name="Rosa", phones=()),
        replace(ROSA, first_name="Bella"),
    ):
        with pytest.raises(OverridableError, match="Delgado, Rosa, born 06/15/1990, record #10004"):
            clinic.desk.do(register_patient, twin)
    second = clinic.desk.do(register_patient_anyway, replace(ROSA, first_name="Bella"), "Twin sister")
    assert second != first
    assert clinic.desk.ask(chart_readers, second)[0].reason == "Twin sister"
    with pytest.raises(InputError, match="someone else"):
        clinic.desk.do(register_patient_anyway, ROSA, "  ")


def test_same_name_born_another_day_is_someone_else(clinic: SmallClinic):
    clinic.desk.do(register_patient, ROSA)
    assert clinic.desk.do(register_patient, replace(ROSA, birth_date=date(1990, 6, 16)))


def test_doubles_while_typing(clinic: SmallClinic):
    found = clinic.desk.ask(nearest_duplicates, PatientInput("Ines", "Castilo", date(1987, 4, 18)))
    assert [row.patient_id for row in found] == [INES]
    assert [row.patient_id for row in clinic.desk.ask(nearest_duplicates, PatientInput("Jonah", "Whitf"))] == [JONAH]
    assert clinic.desk.ask(nearest_duplicates, PatientInput()) == []
    assert clinic.desk.ask(nearest_duplicates, PatientInput("Max", "Moor", date(1987, 4, 18))) == []
    assert clinic.desk.ask(same_person, PatientInput("Inés", "Castillo", date(1987, 4, 18)), INES) == []


def test_only_what_differs_is_written_and_told(clinic: SmallClinic):
    made = clinic.desk.do(register_patient, ROSA)
    form = clinic.desk.ask(patient_form, made)
    changed = replace(form.input, city="Lynn", phones=(*form.input.phones, PhoneInput("6175550123", "work")))
    clinic.desk.do(change_patient, made, changed, form.version)
    line = clinic.desk.ask(chart_readers, made)[0]
    assert line.sentence == ("Maya Okafor changed city, phones of Rosa Delgado on 03/04/2026 at 12:00 pm from Desk 1.")
    assert line.data[0] == ("city", "", "Lynn")
    after = clinic.desk.ask(patient_form, made)
    assert (after.input, after.version) == (changed, 2)
    with pytest.raises(ConflictError):
        clinic.desk.do(change_patient, made, form.input, form.version)
    happened = len(clinic.happened)
    clinic.desk.do(change_patient, made, changed, after.version)
    assert len(clinic.happened) == happened, "saving without a change says nothing"


def test_verify_alerts_and_notes(clinic: SmallClinic):
    clinic.desk.do(verify_demographics, INES)
    assert clinic.desk.ask(patient_form, INES).verified_on == TODAY
    clinic.desk.do(add_alert, INES, "Hard of hearing")
    danger = clinic.desk.do(add_alert, INES, "Latex allergy", danger=True, expires_on=TODAY)
    assert [row.text for row in clinic.desk.ask(alerts, INES)] == ["Latex allergy", "Hard of hearing"]
    clinic.clock.advance(days=1)
    assert [row.text for row in clinic.desk.ask(banner, INES).alerts] == ["Hard of hearing"]
    clinic.desk.do(end_alert, danger)
    clinic.desk.do(add_note, INES, "Prefers mornings", clinic.visit())
    note = clinic.desk.do(open_chart, INES).notes[0]
    assert (note.text, note.author) == ("Prefers mornings", "Maya Okafor")
    with pytest.raises(InputError, match="over"):
        clinic.desk.do(add_alert, INES, "Old", expires_on=TODAY)
    with pytest.raises(InputError, match="another patient"):
        clinic.desk.do(add_note, JONAH, "Wrong chart", 1)


def test_a_provider_reads_but_does_not_write(clinic: SmallClinic):
    def make_provider(work: Work) -> None:
        work.get(StaffMember, MAYA).role = Role.PROVIDER

    clinic.desk.do(make_provider)
    assert clinic.desk.do(open_chart, INES).banner.called == "Inés Castillo"
    with pytest.raises(AccessError):
        clinic.desk.do(register_patient, ROSA)
