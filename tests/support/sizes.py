"""How long a proof runs: small in the everyday suite, larger under `installer/test.py --proofs`, in full on demand.

The environment variable PSC_DESK_PROOFS is empty, "ci" or "full"; PSC_DESK_SEED repeats a run that printed its seed.
"""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, settings

PROOFS = os.environ.get("PSC_DESK_PROOFS", "")


def size(small: int, ci: int, full: int) -> int:
    """Return the number of repeats for this run."""
    return {"": small, "ci": ci, "full": full}[PROOFS]


def machine(ci: int = 300) -> settings:
    """Return the settings of a stateful machine: `ci` examples of 50 steps in CI, 5,000 of 100 in full."""
    return settings(
        max_examples=size(10, ci, 5000),
        stateful_step_count=size(30, 50, 100),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def seed() -> int:
    """Return the seed of this run and print it, so that a failure can be repeated."""
    chosen = int(os.environ.get("PSC_DESK_SEED", "0")) or random.randrange(1, 10**9)
    print(f"PSC_DESK_SEED={chosen}")
    return chosen
