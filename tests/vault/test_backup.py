"""Backups: consistent under load, sealed, restored with proof; the commands."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psc_desk.backup import MANIFEST, backup, generations, restore, scheduled_backup
from psc_desk.cipher import raw_connect
from psc_desk.commands import backup as backup_command
from psc_desk.commands import restore as restore_command
from psc_desk.errors import DataError, DeskError, InputError
from psc_desk.key_store import NoKeyStore
from psc_desk.keywrap import WrongSecretError
from psc_desk.vault import ClinicKind, Created, KeyNeededError, Vault, create, open_vault
from tests.vault.samples import PASSPHRASE, QUICK, SECRETS

NOWHERE = NoKeyStore()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def names_in(vault: Vault) -> list[str]:
    with closing(raw_connect(vault.database, vault.key)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM patient ORDER BY id")]


def test_a_backup_comes_back_as_it_was(filled: Created, tmp_path: Path) -> None:
    done = backup(filled.vault, tmp_path / "a.pscbackup")
    assert done.rows["patient"] == done.rows["visit"] == 400
    back = restore(done.path, tmp_path / "back", PASSPHRASE)
    assert (back.bytes, back.sha256, back.kind, back.problems) == (done.bytes, done.sha256, ClinicKind.REAL, ())
    vault = open_vault(tmp_path / "back", recovery_code=filled.recovery_code)
    assert names_in(vault) == SECRETS * 8
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pscbackup", "back", "clinic"]


def test_nothing_readable_lies_in_a_backup(filled: Created, tmp_path: Path) -> None:
    data = backup(filled.vault, tmp_path / "a.pscbackup").path.read_bytes()
    assert [secret for secret in SECRETS if secret.encode() in data] == []
    assert filled.vault.key not in data
    assert filled.vault.key.hex().encode() not in data
    assert (tmp_path / "a.pscbackup").stat().st_mode & 0o077 == 0


def test_a_backup_has_its_own_password_and_the_code_opens_it_too(filled: Created, tmp_path: Path) -> None:
    file = backup(filled.vault, tmp_path / "a.pscbackup", "a password for the safe", cost=QUICK).path
    with pytest.raises(WrongSecretError, match="passphrase"):
        restore(file, tmp_path / "one", PASSPHRASE)
    with pytest.raises(KeyNeededError):
        restore(file, tmp_path / "one", key_store=NOWHERE)
    assert not (tmp_path / "one").exists()
    restore(file, tmp_path / "one", "a password for the safe")
    restore(file, tmp_path / "two", recovery_code=filled.recovery_code)
    assert open_vault(filled.vault.folder, PASSPHRASE) == filled.vault


def test_a_demo_backup_stays_open(tmp_path: Path) -> None:
    made = create(tmp_path / "demo", ClinicKind.DEMO)
    file = backup(made.vault, tmp_path / "d.pscbackup", "ignored for a demo").path
    assert restore(file, tmp_path / "back", key_store=NOWHERE).kind is ClinicKind.DEMO


def test_backups_under_load_are_each_one_moment(filled: Created, tmp_path: Path) -> None:
    stop, errors = threading.Event(), []

    def write() -> None:
        with closing(raw_connect(filled.vault.database, filled.vault.key)) as connection:
            while not stop.is_set():
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    row = connection.execute("INSERT INTO patient (name) VALUES ('w') RETURNING id").fetchone()[0]
                    connection.execute("INSERT INTO visit (patient) VALUES (?)", (row,))
                    connection.execute("COMMIT")
                except DeskError as error:
                    errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        results = [backup(filled.vault, tmp_path / f"{n}.pscbackup") for n in range(6)]
    finally:
        stop.set()
        writer.join()
    assert errors == []
    counts = [result.rows["patient"] for result in results]
    assert counts == [result.rows["visit"] for result in results]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]
    assert restore(results[-1].path, tmp_path / "back", PASSPHRASE).problems == ()


def test_a_failed_backup_leaves_the_old_one_and_no_crumbs(filled: Created, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    file = backup(filled.vault, tmp_path / "out" / "a.pscbackup").path
    before = file.read_bytes()
    data = bytearray(filled.vault.database.read_bytes())
    data[4096 * 2 + 50] ^= 1
    filled.vault.database.write_bytes(data)
    with pytest.raises(DataError, match="damaged"):
        backup(filled.vault, file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(os.name != "posix", reason="limits of the file size exist on POSIX only")
@pytest.mark.parametrize("limit", [0, 6_000, 30_000, 57_400])
def test_a_target_without_space_is_a_sentence_and_leaves_no_crumbs(filled: Created, tmp_path: Path, limit: int) -> None:
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from psc_desk.backup import backup; from psc_desk.errors import DataError\n"
        "from psc_desk.vault import open_vault\n"
        "vault = open_vault(Path(sys.argv[1]), sys.argv[2])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]),) * 2)\n"
        "try: backup(vault, Path(sys.argv[3]))\n"
        "except DataError as error: sys.exit(0 if 'disk' in str(error) else str(error))\n"
        "sys.exit('it went through')\n"
    )
    (tmp_path / "out").mkdir()
    words = [str(filled.vault.folder), PASSPHRASE, str(tmp_path / "out" / "a.pscbackup"), str(limit)]
    ended = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert list((tmp_path / "out").iterdir()) == []


def test_bad_targets_are_named(filled: Created, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="inside the data folder"):
        backup(filled.vault, filled.vault.folder / "a.pscbackup")
    with pytest.raises(InputError, match="is a folder"):
        backup(filled.vault, tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        backup(filled.vault, tmp_path / "gone" / "a.pscbackup")


def test_restore_refuses_a_used_folder_and_a_missing_file(filled: Created, tmp_path: Path) -> None:
    file = backup(filled.vault, tmp_path / "a.pscbackup").path
    with pytest.raises(DataError, match="not empty"):
        restore(file, filled.vault.folder, PASSPHRASE)
    with pytest.raises(DataError, match="does not exist"):
        restore(tmp_path / "b.pscbackup", tmp_path / "back")
    (tmp_path / "empty").mkdir()
    assert restore(file, tmp_path / "empty", PASSPHRASE).path == tmp_path / "empty"


def test_verify_sees_the_data_and_its_findings_are_told(filled: Created, tmp_path: Path) -> None:
    file = backup(filled.vault, tmp_path / "a.pscbackup").path
    back = restore(file, tmp_path / "back", PASSPHRASE, verify=lambda vault: [f"{len(names_in(vault))} names."])
    assert back.problems == ("400 names.",)
    assert names_in(open_vault(tmp_path / "back", PASSPHRASE)) == SECRETS * 8


def repack(file: Path, target: Path, change: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
    return target


def test_a_forged_manifest_and_a_newer_backup_are_refused(filled: Created, tmp_path: Path) -> None:
    file = backup(filled.vault, tmp_path / "a.pscbackup").path
    with zipfile.ZipFile(file) as container:
        manifest = json.loads(container.read(MANIFEST))
    forged = json.dumps(manifest | {"made": "2020-01-01T00:00:00+00:00"}).encode()
    with pytest.raises(DataError, match="damaged"):
        restore(repack(file, tmp_path / "b", {MANIFEST: forged}), tmp_path / "back", PASSPHRASE)
    newer = json.dumps(manifest | {"format": 2}).encode()
    with pytest.raises(DataError, match="newer PSC Desk"):
        restore(repack(file, tmp_path / "c", {MANIFEST: newer}), tmp_path / "back", PASSPHRASE)
    with pytest.raises(DataError, match="damaged"):
        restore(repack(file, tmp_path / "d", {"desk.db": b"short"}), tmp_path / "back", PASSPHRASE)
    assert not (tmp_path / "back").exists()


def test_members_that_do_not_belong_are_refused(filled: Created, tmp_path: Path) -> None:
    file = backup(filled.vault, tmp_path / "a.pscbackup").path
    with zipfile.ZipFile(file, "a") as container:
        container.writestr("../escape", b"x")
    with pytest.raises(DataError, match="damaged"):
        restore(file, tmp_path / "back", PASSPHRASE)
    bomb = tmp_path / "bomb"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as container:
        for name in (MANIFEST, "vault.json", "desk.db"):
            container.writestr(name, bytes(10_000_000))
    with pytest.raises(DataError, match="damaged"):
        restore(bomb, tmp_path / "back", PASSPHRASE)


@pytest.fixture
def demo_backup(tmp_path: Path) -> bytes:
    made = create(tmp_path / "demo", ClinicKind.DEMO)
    return backup(made.vault, tmp_path / "demo.pscbackup").path.read_bytes()


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mangled_backup_is_refused_and_never_crashes(demo_backup: bytes, tmp_path: Path, data: st.DataObject) -> None:
    mangled = bytearray(demo_backup)
    ends = st.integers(0, 200) | st.integers(len(mangled) - 400, len(mangled)) | st.integers(0, len(mangled))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(ends)
        mangled[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    if data.draw(st.booleans()):
        del mangled[data.draw(ends) :]
    (tmp_path / "m").write_bytes(mangled)
    folder = tmp_path / f"back-{len(list(tmp_path.iterdir()))}"
    try:
        restore(tmp_path / "m", folder, key_store=NOWHERE)
    except DataError:
        assert not folder.exists()


def test_generations_are_made_when_due_and_the_oldest_go(tmp_path: Path) -> None:
    vault = create(tmp_path / "demo", ClinicKind.DEMO).vault
    out = tmp_path / "out"
    out.mkdir()
    (out / "psc-desk-holiday.pscbackup").write_text("not ours")
    assert scheduled_backup(vault, out, 3, now=NOON) is not None
    assert scheduled_backup(vault, out, 3, now=NOON + timedelta(hours=3)) is None
    for day in range(1, 6):
        assert scheduled_backup(vault, out, 3, now=NOON + timedelta(days=day)) is not None
    assert [one.made for one in generations(vault, out)] == [NOON + timedelta(days=day) for day in (5, 4, 3)]
    assert (out / "psc-desk-holiday.pscbackup").exists()
    assert scheduled_backup(vault, out, 3, now=NOON) is not None, "a clock set back must not stop backups"
    assert len(generations(vault, out)) == 3


def run(command: str, *words: str) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    backup_command.add_parser(subparsers)
    restore_command.add_parser(subparsers, verify=lambda vault: ["The drawer is short."])
    args = parser.parse_args([command, *words])
    return int(args.run(args))


def test_the_commands_speak_json_and_exit_codes(
    filled: Created, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_text(PASSPHRASE)
    key = ("--key-file", str(tmp_path / "key"), "--json")
    data, file, back = str(filled.vault.folder), str(tmp_path / "a.pscbackup"), str(tmp_path / "back")
    assert run("backup", data, file, *key) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["path"], made["bytes"], len(made["sha256"])) == (file, Path(file).stat().st_size, 64)
    assert run("restore", file, back, *key) == 1
    restored = json.loads(capsys.readouterr().out)
    assert (restored["path"], restored["sha256"], restored["problems"]) == (
        back,
        made["sha256"],
        ["The drawer is short."],
    )
    assert run("restore", file, back, *key) == 2
    refused = capsys.readouterr()
    assert "not empty" in json.loads(refused.out)["error"]
    assert "not empty" in refused.err
    assert run("backup", str(tmp_path / "nowhere"), file) == 2
    spoken = capsys.readouterr()
    assert (spoken.out, spoken.err.count("\n")) == ("", 1)
