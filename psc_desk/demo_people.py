"""Who works at the demo clinic, with passwords and PINs that everybody may know: none of it is real."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPerson:
    """One person of the demo clinic. `key` is the role's key."""

    name: str
    role: str
    key: str
    password: str
    pin: str


DEMO_PEOPLE = (
    DemoPerson("Maya Okafor", "Front desk", "front_desk", "demo-maya-desk", "1234"),
    DemoPerson("Luis Ferrer", "Front desk", "front_desk", "demo-luis-desk", "2345"),
    DemoPerson("Renata Voss", "Lead", "lead", "demo-renata-lead", "3456"),
    DemoPerson("Dr. Amara Osei", "Provider", "provider", "demo-amara-view", "4567"),
    DemoPerson("Gordon Pike", "Manager", "manager", "demo-gordon-boss", "5678"),
)
