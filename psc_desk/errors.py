"""Errors whose text is the sentence that the person at the desk reads.

::

    DeskError
    ├── InputError        what was typed is wrong; `field` names the input to go to
    ├── RefusedError      a rule of the desk says no
    │   └── OverridableError   says no, unless a reason is given
    ├── AccessError       this person may not do this
    │   └── SecondPersonNeeded   may, when a second person approves
    ├── ConflictError     someone else changed it meanwhile
    ├── NotFoundError     what was asked for is not there
    ├── DataError         the data folder cannot be opened or is damaged
    ├── DeviceError       a printer, drawer or scanner did not do it
    └── Cancelled         the person backed out; never shown
"""

from __future__ import annotations


class DeskError(Exception):
    """Something the desk refuses or cannot do, said as one sentence that also tells what to do."""


class InputError(DeskError):
    """What was typed is wrong. `field` is the objectName of the input to return to, if known."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class RefusedError(DeskError):
    """A rule of the desk says no."""


class OverridableError(RefusedError):
    """A rule says no unless a reason is given; then the matching `..._anyway` use case does it."""


class AccessError(DeskError):
    """The signed-in person lacks the right."""


class SecondPersonNeeded(AccessError):
    """The action needs the PIN of a second person who has the right `right`."""

    def __init__(self, sentence: str, right: str = "") -> None:
        super().__init__(sentence)
        self.right = right


class ConflictError(DeskError):
    """Someone else changed the record meanwhile: nothing was written."""


class NotFoundError(DeskError):
    """The record asked for does not exist."""


class DataError(DeskError):
    """The data folder cannot be opened: wrong key, damaged, in use, or made by a newer program."""


class DeviceError(DeskError):
    """A device did not do what was asked; the text says what is wrong and what to do."""


class Cancelled(DeskError):
    """The person backed out; nothing is shown."""
