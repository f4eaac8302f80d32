"""One box finds a patient however the name, date or number is typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from psc_desk.models.patient import Patient
from psc_desk.models.patient_input import PatientInput, PhoneInput
from psc_desk.models.search_words import fold, name_words, sound_key
from psc_desk.queries.search import find_patients, search_bench, search_terms
from psc_desk.usecases.coverage import CoverageInput, add_coverage
from psc_desk.usecases.patients import change_patient, register_patient
from psc_desk.usecases.search import rebuild_search
from psc_desk.usecases.visits import arrive
from psc_desk.work import Work
from tests.support.clinic import INES, JONAH, THAO, TODAY, SmallClinic, small_clinic

MARY = PatientInput(
    "Mary-Ann",
    "O'Brien-Smith",
    date(1979, 12, 31),
    preferred_name="Polly",
    previous_names="Mary-Ann Kowalczyk",
    phones=(PhoneInput("978-555-0142"), PhoneInput("617 555 0199", "work")),
)


@pytest.fixture
def mary(clinic: SmallClinic) -> int:
    found = clinic.desk.do(register_patient, MARY)
    clinic.desk.do(add_coverage, found, CoverageInput(TODAY, "Blue Harbor", "PPO", member_id="XQZ 99-1234"))
    return found


def ids(clinic: SmallClinic, typed: str) -> list[int]:
    return [row.patient_id for row in clinic.desk.ask(find_patients, typed)]


@pytest.mark.parametrize(
    "typed",
    [
        "mary", "ann", "maryann", "mary-ann obrien", "o'brien", "o brien", "O’BRIEN-SMITH, Mary", "smith mary", "polly",
        "poll smi", "kowalczyk", "12/31/1979", "12/31/79", "12-31-1979", "1979-12-31", "12311979", "12/31", "12/31/19",
        "smith 12/31/1979", "12/31/1979 smith", "(978) 555-0142", "9785550142", "978-555-0142", "1 978 555 0142",
        "+19785550142", "555-0142", "0142", "617 555 0199", "0199", "#10004", "#1000", "10004", "xqz991234", "XQZ 99",
        "m", "s", "smiht", "smth mary", "kowalchik", "obrein",
    ],
)  # fmt: skip
def test_typed_this_way(clinic: SmallClinic, mary: int, typed: str):
    assert mary in ids(clinic, typed)


@pytest.mark.parametrize(
    "typed", ["", "   ", "zzzzq", "12/30/1979 smith", "#99999", "mary castillo", "*", '"', "()", "-"]
)
def test_nobody(clinic: SmallClinic, mary: int, typed: str):
    assert ids(clinic, typed) == []


@pytest.mark.parametrize(
    ("typed", "who"),
    [("ines castillo", INES), ("Castillo Inés", INES), ("thao nguyen", THAO), ("Nguyễn", THAO), ("4/18/1987", INES),
     ("4181987", INES), ("bh1234567", INES), ("jonah", JONAH), ("whitfeild", JONAH), ("wjitfield", JONAH)],
)  # fmt: skip
def test_accents_and_slips(clinic: SmallClinic, typed: str, who: int):
    assert ids(clinic, typed) == [who]


def test_a_hit_has_two_identifiers_and_says_why(clinic: SmallClinic, mary: int):
    visit = clinic.visit(mary, 900)
    row = clinic.desk.ask(find_patients, "polly 0142")[0]
    assert row.name == "O'Brien-Smith, Mary-Ann “Polly”"
    assert (row.birth_date, row.age, row.record_no) == (date(1979, 12, 31), 46, "10004")
    assert (row.phone, row.next_visit, row.matched) == ("(978) 555-0142", (TODAY, 900), "name, phone")
    assert visit
    assert clinic.desk.ask(find_patients, "kowalczyk")[0].matched == "previous name"
    assert clinic.desk.ask(find_patients, "xqz")[0].matched == "member ID"
    assert clinic.desk.ask(find_patients, "jnoah")[0].matched == "similar spelling"


def test_whole_words_come_first(clinic: SmallClinic):
    for n, last in enumerate(["Lindqvist", "Limon", "Li", "Liu"]):
        clinic.desk.do(register_patient, PatientInput("Wei", last, date(1990, 1, 1 + n)))
    assert clinic.desk.ask(find_patients, "li")[0].name == "Li, Wei"


def test_a_changed_name_is_found_at_once_and_the_old_one_no_more(clinic: SmallClinic, mary: int):
    clinic.desk.do(change_patient, mary, PatientInput("Mary", "Vandermeer", date(1979, 12, 31)), 1)
    assert ids(clinic, "vandermeer") == [mary]
    assert ids(clinic, "kowalczyk") == []
    assert ids(clinic, "9785550142") == []
    clinic.desk.do(rebuild_search)
    assert ids(clinic, "vandermeer") == [mary]


def test_the_index_follows_the_same_words_whether_kept_or_rebuilt(clinic: SmallClinic, mary: int):
    before = [ids(clinic, typed) for typed in ("smith", "xqz", "0199", "1979")]
    assert clinic.desk.do(rebuild_search) == 4
    assert [ids(clinic, typed) for typed in ("smith", "xqz", "0199", "1979")] == before


@pytest.mark.parametrize(
    ("typed", "terms"),
    [("4/1", ["041"]), ("4/18", ["0418"]), ("4/18/", ["0418"]), ("4/18/87", ["041887"]), ("4/18/1987", ["04181987"]),
     ("1987-04-18 li", ["li", "19870418"]), ("978-555-0100", ["9785550100"]), ("555 0100", ["5550100"]),
     ("10442 04181987", ["10442", "04181987"]), ("13/45/2000", ["13", "45", "2000"]), ("978 555", ["978", "555"])],
)  # fmt: skip
def test_terms(typed: str, terms: list[str]):
    assert search_terms(typed) == terms


def test_bench_measures_keystrokes(clinic: SmallClinic, mary: int):
    assert len(search_bench(clinic.desk, 25)) == 25


NAMES = st.text(
    st.characters(categories=["Lu", "Ll", "Lo", "Mn"], max_codepoint=0x2FFF), min_size=1, max_size=12
).filter(lambda name: bool(fold(name)) and len(fold(name).split()) == 1)


@given(NAMES)
@example("İstanbul")
@example("ΐ")
@example("ŉa")
@example("Ǽ")
def test_folding_twice_is_folding_once(name: str):
    assert fold(fold(name)) == fold(name)
    assert fold(name.upper()) == fold(name) or fold(name.lower()) == fold(name)


@given(st.sampled_from(["whitfield", "castillo", "hernandez", "gonzalez", "philips"]), st.data())
def test_vowels_and_doubles_do_not_change_the_sound(name: str, data: st.DataObject):
    place = data.draw(st.integers(1, len(name) - 1))
    assert sound_key(name[:place] + name[place] + name[place:]) == sound_key(name)


@settings(max_examples=25, deadline=None)
@given(first=NAMES, middle=NAMES, last=NAMES, data=st.data())
def test_any_order_of_name_parts_finds(first: str, middle: str, last: str, data: st.DataObject):
    parts = data.draw(st.permutations([first, middle, last]))
    typed = " ".join(fold(part)[: data.draw(st.integers(1, 14))] for part in parts)
    with TemporaryDirectory() as folder:
        clinic = small_clinic(Path(folder))
        made = clinic.desk.do(register_patient, PatientInput(first, last, date(1980, 2, 29), middle_name=middle))
        found = ids(clinic, typed)
        clinic.desk.engine.dispose()
    assert made in found


def test_nothing_typed_breaks_it(clinic: SmallClinic):
    @settings(max_examples=150, deadline=None)
    @given(st.text(max_size=40))
    @example('"a" OR *')
    @example("NEAR(a b)")
    @example("\ue000st")
    @example("\x00")
    @example("²³/½")
    @example("#" + "9" * 30)
    def typed(text: str) -> None:
        for row in clinic.desk.ask(find_patients, text):
            assert row.record_no
            assert row.matched

    typed()


def test_words_of_a_name():
    assert name_words("O'Brien-Smith") == ["obrien", "smith", "obriensmith", "o", "brien"]


def test_who_is_here_today_stands_before_who_is_expected_and_everybody_else(clinic: SmallClinic):
    """Three of one name: Nguyễn has nothing today, the second is booked for 2 pm, the third has arrived."""
    booked = clinic.desk.do(register_patient, PatientInput("Binh", "Nguyen", date(1990, 5, 1)))
    here = clinic.desk.do(register_patient, PatientInput("Zoe", "Nguyen", date(1980, 5, 1)))
    clinic.visit(booked, minute=14 * 60)
    clinic.desk.do(arrive, clinic.visit(here, minute=15 * 60))
    assert ids(clinic, "nguyen") == ids(clinic, "ngu") == [here, booked, THAO]
    assert ids(clinic, "nguyen thao") == [THAO]


def test_who_is_here_is_found_among_many_of_one_name(clinic: SmallClinic):
    def crowd(work: Work) -> list[int]:
        patients = [
            Patient(record_no=20000 + n, first_name=f"Ann{n}", last_name="Smith", birth_date=date(1990, 1, 1),
                    created_at=work.now)
            for n in range(120)
        ]  # fmt: skip
        work.session.add_all(patients)
        work.session.flush()
        return [patient.id for patient in patients]

    last = clinic.desk.do(crowd)[-1]
    clinic.desk.do(rebuild_search)
    assert last not in ids(clinic, "smi")
    clinic.desk.do(arrive, clinic.visit(last))
    assert ids(clinic, "smi")[0] == ids(clinic, "smith")[0] == last
