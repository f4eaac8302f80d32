"""The data folder: made, locked, opened, refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psc_desk.clock import FixedClock
from psc_desk.errors import DataError, InputError
from psc_desk.key_store import MemoryKeyStore, NoKeyStore, SystemKeyStore
from psc_desk.keywrap import WrongSecretError, new_recovery_code, seal_typed, tidy_recovery_code, unseal_typed
from psc_desk.vault import (
    ClinicKind,
    Created,
    KeyNeededError,
    Opener,
    bind_to_key_store,
    create,
    kind_of,
    new_code,
    new_passphrase,
    open_vault,
)
from psc_desk.vault_file import fresh_file, from_bytes, to_bytes, write_private
from tests.vault.samples import PASSPHRASE, QUICK

NOWHERE = NoKeyStore()


@pytest.mark.parametrize("kind", [ClinicKind.DEMO, ClinicKind.TRAINING])
def test_demo_and_training_open_without_a_question(tmp_path: Path, kind: ClinicKind) -> None:
    made = create(tmp_path / "d", kind, key_store=NOWHERE)
    assert made.recovery_code == ""
    assert open_vault(tmp_path / "d", key_store=NOWHERE) == made.vault
    assert kind_of(tmp_path / "d") is kind


def test_a_real_clinic_opens_by_passphrase_code_and_key_file(locked: Created, tmp_path: Path) -> None:
    folder, code = locked.vault.folder, locked.recovery_code
    assert open_vault(folder, PASSPHRASE) == locked.vault
    assert open_vault(folder, recovery_code=code.lower().replace("-", " ").replace("0", "o")) == locked.vault
    for text in (PASSPHRASE + "\n", code + "\r\nkeep this page\n"):
        (tmp_path / "key.txt").write_text(text)
        assert open_vault(folder, key_file=tmp_path / "key.txt") == locked.vault


def test_the_key_store_opens_and_forgetting_it_asks(tmp_path: Path, key_store: MemoryKeyStore) -> None:
    made = create(tmp_path / "c", ClinicKind.REAL, key_store=key_store, cost=QUICK)
    assert open_vault(tmp_path / "c", key_store=key_store) == made.vault
    with pytest.raises(KeyNeededError) as locked:
        open_vault(tmp_path / "c", key_store=NOWHERE)
    assert locked.value.by == (Opener.RECOVERY,)
    key_store.put(made.vault.ident, bytes(32))
    with pytest.raises(KeyNeededError, match="recovery code"):
        open_vault(tmp_path / "c", key_store=key_store)
    assert open_vault(tmp_path / "c", recovery_code=made.recovery_code) == made.vault


def test_without_key_store_a_passphrase_is_needed_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no key store") as refused:
        create(tmp_path / "c", ClinicKind.REAL, key_store=NOWHERE)
    assert refused.value.field == "passphrase"
    assert not (tmp_path / "c").exists()
    with pytest.raises(InputError, match="too easy"):
        create(tmp_path / "c", ClinicKind.REAL, "secret", key_store=NOWHERE)


def test_no_system_key_store_is_no_error() -> None:
    import keyring
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    try:
        assert SystemKeyStore().get("x") is None
        assert SystemKeyStore().put("x", b"y") is False
    finally:
        keyring.set_keyring(before)


def test_wrong_secrets_get_a_sentence_each(locked: Created) -> None:
    folder = locked.vault.folder
    with pytest.raises(WrongSecretError, match="not the passphrase"):
        open_vault(folder, "another horse battery")
    with pytest.raises(WrongSecretError, match="not the recovery code"):
        open_vault(folder, recovery_code=new_recovery_code())
    with pytest.raises(InputError, match="32 letters"):
        open_vault(folder, recovery_code="ABCD")
    with pytest.raises(DataError, match="key file"):
        open_vault(folder, key_file=folder / "no such file")


def test_folders_that_are_not_ours_are_named(tmp_path: Path, locked: Created) -> None:
    with pytest.raises(DataError, match="does not exist"):
        open_vault(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="not a data folder"):
        open_vault(tmp_path / "empty")
    with pytest.raises(DataError, match="not empty"):
        create(locked.vault.folder, ClinicKind.DEMO)
    locked.vault.database.unlink()
    with pytest.raises(DataError, match="missing"):
        open_vault(locked.vault.folder, PASSPHRASE)


def test_a_newer_folder_asks_for_a_newer_program(locked: Created) -> None:
    content = json.loads(locked.vault.file.read_bytes())
    locked.vault.file.write_text(json.dumps(content | {"format": 2}))
    with pytest.raises(DataError, match="newer PSC Desk"):
        open_vault(locked.vault.folder, PASSPHRASE)


def test_boxes_cannot_be_moved_to_another_folder(locked: Created, tmp_path: Path) -> None:
    other = create(tmp_path / "other", ClinicKind.REAL, PASSPHRASE, key_store=NOWHERE, cost=QUICK)
    mine, theirs = (json.loads(made.vault.file.read_bytes()) for made in (locked, other))
    locked.vault.file.write_text(json.dumps(mine | {"boxes": theirs["boxes"]}))
    with pytest.raises(WrongSecretError):
        open_vault(locked.vault.folder, PASSPHRASE)


def test_a_damaged_file_cannot_ask_for_hours_of_work(locked: Created) -> None:
    content = json.loads(locked.vault.file.read_bytes())
    content["boxes"]["passphrase"]["argon2id"] = [10**6, 64, 1]
    locked.vault.file.write_text(json.dumps(content))
    with pytest.raises(DataError, match="damaged"):
        open_vault(locked.vault.folder, PASSPHRASE)


def test_new_passphrase_and_new_code_replace_the_old(locked: Created, key_store: MemoryKeyStore) -> None:
    folder = locked.vault.folder
    new_passphrase(locked.vault, "four plain words here", cost=QUICK)
    code = new_code(locked.vault, cost=QUICK)
    assert open_vault(folder, "four plain words here") == open_vault(folder, recovery_code=code) == locked.vault
    with pytest.raises(WrongSecretError):
        open_vault(folder, PASSPHRASE)
    with pytest.raises(WrongSecretError):
        open_vault(folder, recovery_code=locked.recovery_code)
    assert bind_to_key_store(locked.vault, NOWHERE) is False
    assert bind_to_key_store(locked.vault, key_store) is True
    assert open_vault(folder, key_store=key_store) == locked.vault


def test_a_demo_has_no_passphrase(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="without a question"):
        new_passphrase(create(tmp_path / "d", ClinicKind.DEMO).vault, PASSPHRASE)


def test_neither_key_nor_code_is_shown_or_stored(locked: Created) -> None:
    shown = repr(locked) + locked.vault.file.read_text()
    assert locked.vault.key.hex() not in shown
    assert repr(locked.vault.key) not in shown
    assert locked.recovery_code not in shown


@pytest.mark.skipif(os.name != "posix", reason="modes exist on POSIX only")
def test_only_the_owner_reads_the_folder(locked: Created) -> None:
    folder = locked.vault.folder
    folder.chmod(0o755)
    locked.vault.database.chmod(0o644)
    open_vault(folder, PASSPHRASE)
    modes = {path.relative_to(folder): path.stat().st_mode & 0o777 for path in [folder, *folder.iterdir()]}
    assert all(not mode & 0o077 for mode in modes.values()), modes


def test_a_second_copy_is_told_who_has_the_data(locked: Created) -> None:
    noon = FixedClock(datetime(2026, 11, 22, 12, 5, tzinfo=UTC))
    program = (
        "import sys; from pathlib import Path; from psc_desk.errors import DataError\n"
        "from psc_desk.vault import Vault, ClinicKind\n"
        "try: Vault(Path(sys.argv[1]), ClinicKind.REAL, '', b'').lock().close()\n"
        "except DataError as error: print(error)\n"
        "else: print('free')\n"
    )

    def second_copy() -> str:
        command = [sys.executable, "-c", program, str(locked.vault.folder)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()

    with locked.vault.lock(noon):
        local = noon.now().astimezone()
        refused = second_copy()
        assert refused.startswith("PSC Desk is already open on this data (process")
        assert f"process {os.getpid()} on " in refused
        assert f"since {local.hour}:{local.minute:02}" in refused
        with pytest.raises(DataError, match="already open"):
            locked.vault.lock(noon)
    assert second_copy() == "free"
    (locked.vault.folder / "desk.lock.json").write_text("{")
    assert second_copy() == "free"


def test_a_failed_write_leaves_the_old_file(locked: Created, tmp_path: Path) -> None:
    blocked = tmp_path / "taken"
    blocked.mkdir()
    (blocked / "x").write_text("x")
    with pytest.raises(DataError, match="cannot be written"):
        write_private(blocked, b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic", "taken"]


def test_a_mistyped_group_is_named() -> None:
    code = new_recovery_code()
    for place in range(8):
        at = place * 5 + 1
        wrong = code[:at] + ("7" if code[at] != "7" else "8") + code[at + 1 :]
        with pytest.raises(InputError, match=f"Group {place + 1} "):
            tidy_recovery_code(wrong)
    with pytest.raises(InputError, match="Group 1 "):
        tidy_recovery_code("U" + code[1:])


@given(place=st.integers(0, 38), letter=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_every_single_wrong_character_is_noticed(place: int, letter: str) -> None:
    code = new_recovery_code()
    wrong = code[:place] + letter + code[place + 1 :]
    if code[place] in (letter, "-"):
        return
    with pytest.raises(InputError):
        tidy_recovery_code(wrong)


@pytest.fixture
def good(locked: Created) -> bytes:
    return locked.vault.file.read_bytes()


@settings(max_examples=300, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mangled_vault_file_is_refused_and_never_crashes(locked: Created, good: bytes, data: st.DataObject) -> None:
    mangled = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mangled)))
        mangled[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    locked.vault.file.write_bytes(mangled)
    try:
        opened = open_vault(locked.vault.folder, PASSPHRASE, key_store=NOWHERE)
    except DataError:
        return
    assert opened == locked.vault


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLACES = [[], ["format"], ["kind"], ["id"], ["check"], ["open_key"], ["boxes"], ["boxes", "passphrase"]]
PLACES += [["boxes", "passphrase", name] for name in ("nonce", "sealed", "salt", "argon2id")]


@settings(max_examples=300, deadline=2000)
@given(place=st.sampled_from(PLACES), value=json_values)
def test_any_value_anywhere_in_the_vault_file_is_refused_or_right(place: list[str], value: object) -> None:
    content = json.loads(EXAMPLE)
    if not place:
        content = value
    else:
        inner = content
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = value
    try:
        file = from_bytes(json.dumps(content).encode())
        box = file.boxes.get(Opener.PASSPHRASE)
        key = KEY if box is None else unseal_typed(box, PASSPHRASE, file.bound_to)
    except DataError:
        return
    assert key == KEY


def _example() -> bytes:
    file = fresh_file(ClinicKind.REAL, KEY)
    return to_bytes(file.with_box(Opener.PASSPHRASE, seal_typed(KEY, PASSPHRASE, file.bound_to, QUICK)))


KEY = bytes(range(32))
EXAMPLE = _example()


def test_unlocking_needs_no_sqlalchemy_so_that_the_sign_in_page_paints_first() -> None:
    program = (
        "import sys, psc_desk.vault, psc_desk.cipher; sys.exit(bool({'sqlalchemy', 'keyring'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=30).returncode == 0
