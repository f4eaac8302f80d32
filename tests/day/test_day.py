"""The demo clinic is the same for the same seed, looks as it should, and its day balances for every seed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from psc_desk.commands.verify import problems_in
from psc_desk.demo.at_work import AT_WORK_MINUTE, at_work_clock
from psc_desk.demo.clinic import DemoSize, make_demo
from psc_desk.demo.day import DayResult, play_day
from psc_desk.errors import RefusedError
from psc_desk.models.visit import Status
from psc_desk.opening import OpenedDesk, open_desk
from psc_desk.queries.calendar import day_calendar
from psc_desk.queries.queue import queue, queue_summary
from psc_desk.queries.search import find_patients
from psc_desk.queries.tills import till
from psc_desk.usecases.till import open_till
from psc_desk.vault import ClinicKind, Vault, create, open_vault

TODAY = date(2026, 3, 4)
SMALL = DemoSize(30, 2)
DRAWN = (
    "SELECT record_no, first_name, last_name, birth_date, street FROM patient ORDER BY id",
    "SELECT patient_id, provider_id, type_id, day, start_minute, status FROM visit ORDER BY id",
    "SELECT kind, posted_at, idempotency_key, reason FROM journal_entry ORDER BY id",
    "SELECT account, cents, patient_id FROM journal_line ORDER BY id",
    "SELECT at, staff_name, sentence FROM audit_row ORDER BY seq",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("day") / "demo"
    make_demo(folder, size=SMALL, today=TODAY)
    return folder


@pytest.fixture
def vault(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    monkeypatch.setenv("PSC_DESK_TODAY", TODAY.isoformat())
    return open_vault(shutil.copytree(made, tmp_path / "demo"))


def drawn(engine: Engine) -> list[list[tuple[object, ...]]]:
    with engine.execution_options(read_only=True).connect() as connection:
        return [[tuple(row) for row in connection.execute(text(sql))] for sql in DRAWN]


def opened_at_work(folder: Path) -> OpenedDesk:
    return open_desk(open_vault(folder), clock=at_work_clock(TODAY))


def test_the_same_seed_makes_the_same_clinic(made: Path, tmp_path: Path) -> None:
    make_demo(tmp_path / "again", size=SMALL, today=TODAY)
    make_demo(tmp_path / "other", size=DemoSize(30, 2, seed=2), today=TODAY)
    with opened_at_work(made) as one, opened_at_work(tmp_path / "again") as again:
        first = drawn(one.engine)
        assert first == drawn(again.engine)
    with opened_at_work(tmp_path / "other") as other:
        assert first[0] != drawn(other.engine)[0]


def test_today_is_booked_over_four_columns_and_has_not_begun(made: Path) -> None:
    with opened_at_work(made) as opened:
        shown = opened.desk.ask(day_calendar, TODAY)
        drawer = opened.desk.ask(till, 1)
    assert [column.title for column in shown.columns] == [
        "Dr. Amara Osei", "Dr. Felix Brandt", "Nadia Reyes, NP", "Room 3"
    ]  # fmt: skip
    assert shown.visit_count == 25
    assert {row.status for row in shown.visits} == {"booked"}
    assert not any(row.double_booked for row in shown.visits)
    assert (drawer.status, drawer.stale) == ("closed", False)


def test_every_record_says_that_it_is_not_real(made: Path) -> None:
    with opened_at_work(made) as opened, opened.engine.execution_options(read_only=True).connect() as connection:
        count = connection.execute(text("SELECT COUNT(*) FROM patient")).scalar()
        marked = connection.execute(
            text(
                "SELECT COUNT(DISTINCT patient.id) FROM patient JOIN patient_alert a ON a.patient_id = patient.id "
                "WHERE a.text = 'DEMO' AND patient.street LIKE '%Demo Street'"
            )
        ).scalar()
        phones = connection.execute(text("SELECT digits FROM patient_phone")).scalars()
        assert count == marked == 30
        assert all(digits[3:8] == "55501" for digits in phones)


def test_a_morning_under_way_stands_as_in_the_picture(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo", size=DemoSize(60, 6), at_work=True, today=TODAY)
    with opened_at_work(tmp_path / "demo") as opened:
        desk = opened.desk
        assert desk.ask(lambda read: read.minute) == AT_WORK_MINUTE
        rows = desk.ask(queue)
        stands = {row.name.split(",")[0]: row for row in rows}
        assert stands["Castillo"].status is Status.ARRIVED
        assert stands["Castillo"].minutes_in_state == 12
        assert stands["Malik"].minutes_in_state == 31
        assert stands["Malik"].amount_text == "paid"
        assert stands["Whitfield"].late
        assert stands["Whitfield"].minutes_late == 72
        assert stands["Nguyễn"].status is Status.IN_ROOM
        assert stands["Duarte"].status is Status.MISSED
        assert queue_summary(rows).here == 5
        drawer = desk.ask(till, 1)
        assert drawer.status == "open"
        assert drawer.cash_count
        assert drawer.check_count
        assert drawer.card_count
        assert desk.ask(find_patients, "castillo in")[0].record_no == "10442"
    assert problems_in(open_vault(tmp_path / "demo")) == []


def test_weekends_have_a_schedule_too(tmp_path: Path) -> None:
    sunday = TODAY + timedelta(days=4)
    make_demo(tmp_path / "demo", size=DemoSize(1, 0), today=sunday, training=True)
    vault = open_vault(tmp_path / "demo")
    assert vault.kind is ClinicKind.TRAINING
    with open_desk(vault, clock=at_work_clock(sunday)) as opened:
        shown = opened.desk.ask(day_calendar, sunday)
    assert shown.visit_count == 25
    assert any(block.kind == "open" for block in shown.blocks)


@pytest.fixture(scope="module")
def played(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vault, DayResult]]:
    """The day with seed 1, and the data it left."""
    place = tmp_path_factory.mktemp("played")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PSC_DESK_TODAY", TODAY.isoformat())
        vault = open_vault(shutil.copytree(made, place / "demo"))
        yield vault, play_day(vault, place / "out")


def check_balanced(result: DayResult, vault: Vault) -> None:
    assert [check for check in result.checks if not check.ok] == []
    assert result.over_short == result.counted - result.expected
    assert problems_in(vault) == []


def test_the_day_has_everything_and_balances(played: tuple[Vault, DayResult]) -> None:
    vault, result = played
    check_balanced(result, vault)
    assert result.visits == 24
    assert result.receipts > 20
    told = "\n".join(result.story)
    for word in ("walks in", "did not come", "cancelled late", "voided", "refunded", "Pay-out", "dropped", "X report",
                 "without a sale", "by check", "by card", "deposit"):  # fmt: skip
        assert word in told, word
    spanish = [path for path in result.papers if path.name.endswith("-es.pdf")]
    assert spanish[0].read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("seed", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_the_day_balances_for_other_seeds(vault: Vault, tmp_path: Path, seed: int) -> None:
    check_balanced(play_day(vault, tmp_path / "out", seed=seed), vault)


def test_the_same_seed_plays_the_same_day(played: tuple[Vault, DayResult], vault: Vault, tmp_path: Path) -> None:
    one, two = played[1], play_day(vault, tmp_path / "two")
    assert one.story == two.story
    assert [path.name for path in one.papers] == [path.name for path in two.papers]
    texts = [(first, second) for first, second in zip(one.papers, two.papers, strict=True) if first.suffix == ".txt"]
    assert len(texts) > 20
    assert all(first.read_text() == second.read_text() for first, second in texts)


def test_a_later_day_can_be_played_on_the_same_data(
    played: tuple[Vault, DayResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = open_vault(shutil.copytree(played[0].folder, tmp_path / "demo"))
    monkeypatch.setenv("PSC_DESK_TODAY", TODAY.isoformat())
    with pytest.raises(RefusedError, match="played already"):
        play_day(vault, tmp_path / "again")
    monkeypatch.setenv("PSC_DESK_TODAY", (TODAY + timedelta(days=1)).isoformat())
    check_balanced(play_day(vault, tmp_path / "two", seed=4), vault)


def test_an_open_drawer_is_not_played_over(vault: Vault, tmp_path: Path) -> None:
    with open_desk(vault, clock=at_work_clock(TODAY)) as opened:
        opened.desk.actor_id = 1
        expected = opened.desk.ask(till, 1).expected_opening_cents
        opened.desk.do(open_till, 1, {100: expected // 100, 1: expected % 100})
    with pytest.raises(RefusedError, match="is open"):
        play_day(vault, tmp_path / "out")
    assert problems_in(vault) == []


def test_a_real_clinic_is_never_played_on(tmp_path: Path) -> None:
    real = create(tmp_path / "real", ClinicKind.REAL, "four words that differ").vault
    with pytest.raises(RefusedError, match="real clinic"):
        play_day(real, tmp_path / "out")
