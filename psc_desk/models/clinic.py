"""The clinic: its address and hours, providers, rooms, visit types, holidays (front-desk.md S1, S2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from psc_desk.models.base import Base, Versioned


class Clinic(Base, Versioned):
    """The one clinic of this database (id 1)."""

    __tablename__ = "clinic"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="real")  # real, demo or training
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")  # lines separated by a line feed
    phone: Mapped[str] = mapped_column(default="")
    fax: Mapped[str] = mapped_column(default="")
    tax_id: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str]
    bank_name: Mapped[str] = mapped_column(default="")
    bank_account_ending: Mapped[str] = mapped_column(default="")

    @property
    def address_lines(self) -> tuple[str, ...]:
        """The address as printed, a line each."""
        return tuple(line for line in self.address.splitlines() if line.strip())


class ClinicHours(Base):
    """Opening hours of one weekday (0 is Monday), in minutes after local midnight; no row means closed."""

    __tablename__ = "clinic_hours"
    weekday: Mapped[int] = mapped_column(primary_key=True)
    open_minute: Mapped[int]
    close_minute: Mapped[int]
    __table_args__ = (CheckConstraint("open_minute < close_minute", name="order"),)


class Holiday(Base):
    """A day on which the clinic is closed."""

    __tablename__ = "holiday"
    day: Mapped[date] = mapped_column(primary_key=True)
    label: Mapped[str]


class Room(Base):
    """A room or a piece of equipment that a visit can occupy."""

    __tablename__ = "room"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="exam")  # exam, ultrasound, procedure, ...
    column: Mapped[bool] = mapped_column(default=False)  # has a column of its own in the calendar
    active: Mapped[bool] = mapped_column(default=True)


class Provider(Base):
    """Someone who sees patients."""

    __tablename__ = "provider"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # "Dr. Amara Osei"
    short_name: Mapped[str]  # "Osei"
    specialty: Mapped[str] = mapped_column(default="")
    npi: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    hours: Mapped[list[ProviderHours]] = relationship(cascade="all, delete-orphan")


class ProviderHours(Base):
    """A weekly stretch of a provider's pattern, in minutes after local midnight."""

    __tablename__ = "provider_hours"
    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    kind: Mapped[str] = mapped_column(default="work")  # work or lunch
    __table_args__ = (CheckConstraint("start_minute < end_minute", name="order"),)


class ProviderException(Base):
    """A dated exception to the pattern: absent or blocked (closes), or extra hours (opens)."""

    __tablename__ = "provider_exception"
    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    day: Mapped[date]
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    kind: Mapped[str]  # absent, blocked or extra
    label: Mapped[str] = mapped_column(default="")
    __table_args__ = (CheckConstraint("start_minute < end_minute", name="order"),)


class VisitType(Base):
    """What a visit is for: its length, colour and rules."""

    __tablename__ = "visit_type"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    name_es: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int]
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=0)
    color: Mapped[str] = mapped_column(default="#0B5CAD")
    room_kind: Mapped[str] = mapped_column(default="")  # required room kind, empty for none
    patient_rule: Mapped[str] = mapped_column(default="any")  # any, new or established
    min_interval_days: Mapped[int] = mapped_column(default=0)
    preparation: Mapped[str] = mapped_column(default="")
    preparation_es: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 600", name="minutes"),)


class VisitTypeProvider(Base):
    """Who may give a visit type; a type without rows may be given by anyone."""

    __tablename__ = "visit_type_provider"
    visit_type_id: Mapped[int] = mapped_column(ForeignKey("visit_type.id"), primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)


class Fee(Base):
    """A line of one of the clinic's fee schedules: the clinic's own code and wording, valid from a date."""

    __tablename__ = "fee"
    id: Mapped[int] = mapped_column(primary_key=True)
    schedule: Mapped[str] = mapped_column(default="Standard")
    code: Mapped[str] = mapped_column(index=True)
    label: Mapped[str]
    label_es: Mapped[str] = mapped_column(default="")
    cents: Mapped[int]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]  # the last day, when the code was ended
    needs_diagnosis: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        UniqueConstraint("schedule", "code", "effective_from"),
        CheckConstraint("cents >= 0", name="cents"),
    )


class VisitTypeCode(Base):
    """The codes that the encounter form of a visit type offers, in order."""

    __tablename__ = "visit_type_code"
    visit_type_id: Mapped[int] = mapped_column(ForeignKey("visit_type.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    usual: Mapped[bool] = mapped_column(default=False)  # ticked to begin with


class Setting(Base):
    """A value of psc_desk.settings that differs from its default; desk is empty for the whole clinic."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(primary_key=True)
    desk: Mapped[str] = mapped_column(primary_key=True, default="")
    value: Mapped[dict[str, Any]]  # {"v": value}
