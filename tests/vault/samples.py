"""What the tests of this folder share."""

from psc_desk.keywrap import Cost

QUICK = Cost(passes=1, memory_kib=64, lanes=1)
PASSPHRASE = "correct horse battery"
SECRETS = [
    f"{word}-{n}" for n in range(10) for word in ("Quillfeather", "penicillin-rash", "555-0147", "Zürcher", "MRN")
]
