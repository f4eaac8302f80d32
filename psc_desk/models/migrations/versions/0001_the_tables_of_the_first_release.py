"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import psc_desk.models.base
from psc_desk.models.ledger import TRIGGERS
from psc_desk.models.patient import SEARCH_DDL

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_row",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("staff_name", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_row")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_row_hash")),
    )
    with op.batch_alter_table("audit_row", schema=None) as batch_op:
        batch_op.create_index("ix_audit_row_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_row_patient", ["patient_id", "seq"], unique=False)

    op.create_table(
        "books_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("failed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_check")),
    )
    op.create_table(
        "clinic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("fax", sa.String(), nullable=False),
        sa.Column("tax_id", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("bank_name", sa.String(), nullable=False),
        sa.Column("bank_account_ending", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "clinic_hours",
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("open_minute", sa.Integer(), nullable=False),
        sa.Column("close_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint("open_minute < close_minute", name=op.f("ck_clinic_hours_order")),
        sa.PrimaryKeyConstraint("weekday", name=op.f("pk_clinic_hours")),
    )
    op.create_table(
        "fee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("label_es", sa.String(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("needs_diagnosis", sa.Boolean(), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_fee_cents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee")),
        sa.UniqueConstraint("schedule", "code", "effective_from", name=op.f("uq_fee_schedule_code_effective_from")),
    )
    with op.batch_alter_table("fee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fee_code"), ["code"], unique=False)

    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_no", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("middle_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("preferred_name", sa.String(), nullable=False),
        sa.Column("previous_names", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("gender", sa.String(), nullable=False),
        sa.Column("pronouns", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("race", sa.String(), nullable=False),
        sa.Column("ethnicity", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("street2", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("zip", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("guarantor", sa.String(), nullable=False),
        sa.Column("employer", sa.String(), nullable=False),
        sa.Column("pcp", sa.String(), nullable=False),
        sa.Column("pharmacy", sa.String(), nullable=False),
        sa.Column("referred_by", sa.String(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("record_no", name=op.f("uq_patient_record_no")),
    )
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_birth_date"), ["birth_date"], unique=False)

    op.create_table(
        "payer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("payer_no", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer")),
        sa.UniqueConstraint("name", name=op.f("uq_payer_name")),
    )
    op.create_table(
        "poverty_guideline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("base_cents", sa.Integer(), nullable=False),
        sa.Column("per_person_cents", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("base_cents > 0 AND per_person_cents > 0", name=op.f("ck_poverty_guideline_cents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poverty_guideline")),
        sa.UniqueConstraint("region", "effective_from", name=op.f("uq_poverty_guideline_region_effective_from")),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("specialty", sa.String(), nullable=False),
        sa.Column("npi", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("name", name=op.f("uq_provider_name")),
    )
    op.create_table(
        "retail_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_es", sa.String(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("par", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_retail_item_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retail_item")),
        sa.UniqueConstraint("sku", name=op.f("uq_retail_item_sku")),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("column", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("name", name=op.f("uq_room_name")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", "desk", name=op.f("pk_setting")),
    )
    op.create_table(
        "sliding_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("valid_months", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sliding_schedule")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_sliding_schedule_effective_from")),
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("front_desk", "lead", "provider", "manager", name="role", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("created_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_member_name")),
    )
    op.create_table(
        "till",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("float_cents", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("name", name=op.f("uq_till_name")),
    )
    op.create_table(
        "visit_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_es", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("color", sa.String(), nullable=False),
        sa.Column("room_kind", sa.String(), nullable=False),
        sa.Column("patient_rule", sa.String(), nullable=False),
        sa.Column("min_interval_days", sa.Integer(), nullable=False),
        sa.Column("preparation", sa.String(), nullable=False),
        sa.Column("preparation_es", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 600", name=op.f("ck_visit_type_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_type")),
        sa.UniqueConstraint("name", name=op.f("uq_visit_type_name")),
    )
    op.create_table(
        "closed_month",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("closed_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_closed_month_closed_by_staff_member")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_closed_month")),
    )
    op.create_table(
        "lost_receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("first_no", sa.Integer(), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.Column("noted_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("settled_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.CheckConstraint("first_no <= last_no", name=op.f("ck_lost_receipts_order")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["staff_member.id"], name=op.f("fk_lost_receipts_settled_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_lost_receipts_till_id_till")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_receipts")),
    )
    op.create_table(
        "patient_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("ended_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("created_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_patient_alert_created_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_alert_patient_id_patient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_alert")),
    )
    with op.batch_alter_table("patient_alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_alert_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "patient_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("may_be_told", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_contact_patient_id_patient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_contact")),
    )
    with op.batch_alter_table("patient_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_contact_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "patient_phone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("ok_to_text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_phone_patient_id_patient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_phone")),
    )
    with op.batch_alter_table("patient_phone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_phone_digits"), ["digits"], unique=False)
        batch_op.create_index(batch_op.f("ix_patient_phone_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["payer_id"], ["payer.id"], name=op.f("fk_plan_payer_id_payer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_table(
        "provider_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.CheckConstraint("start_minute < end_minute", name=op.f("ck_provider_exception_order")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_provider_exception_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_exception")),
    )
    op.create_table(
        "provider_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("start_minute < end_minute", name=op.f("ck_provider_hours_order")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_hours_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_hours")),
    )
    with op.batch_alter_table("provider_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_hours_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "sliding_tier",
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("up_to_bp", sa.Integer(), nullable=False),
        sa.Column("nominal_cents", sa.Integer(), nullable=True),
        sa.Column("pays_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("pays_percent BETWEEN 0 AND 100", name=op.f("ck_sliding_tier_percent")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["sliding_schedule.id"], name=op.f("fk_sliding_tier_schedule_id_sliding_schedule")
        ),
        sa.PrimaryKeyConstraint("schedule_id", "position", name=op.f("pk_sliding_tier")),
    )
    op.create_table(
        "till_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("session_no", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "counting", "closed", name="sessionstatus", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("opened_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("opening_expected_cents", sa.Integer(), nullable=False),
        sa.Column("opening_cents", sa.Integer(), nullable=False),
        sa.Column("opening_reason", sa.String(), nullable=False),
        sa.Column("closed_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("expected_cents", sa.Integer(), nullable=True),
        sa.Column("counted_cents", sa.Integer(), nullable=True),
        sa.Column("over_short_cents", sa.Integer(), nullable=True),
        sa.Column("variance_reason", sa.String(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("float_left_cents", sa.Integer(), nullable=True),
        sa.Column("to_bank_cents", sa.Integer(), nullable=True),
        sa.Column("z_no", sa.Integer(), nullable=True),
        sa.Column("went_on_day", sa.Date(), nullable=True),
        sa.Column("went_on_by", sa.Integer(), nullable=True),
        sa.Column("went_on_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff_member.id"], name=op.f("fk_till_session_approved_by_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_till_session_closed_by_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["staff_member.id"], name=op.f("fk_till_session_holder_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["staff_member.id"], name=op.f("fk_till_session_opened_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_session_till_id_till")),
        sa.ForeignKeyConstraint(
            ["went_on_by"], ["staff_member.id"], name=op.f("fk_till_session_went_on_by_staff_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_session")),
        sa.UniqueConstraint("till_id", "session_no", name=op.f("uq_till_session_till_id_session_no")),
        sa.UniqueConstraint("till_id", "z_no", name=op.f("uq_till_session_till_id_z_no")),
    )
    with op.batch_alter_table("till_session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_till_session_one_open", ["till_id"], unique=True, sqlite_where=sa.text("status <> 'closed'")
        )

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "booked",
                "arrived",
                "checked_in",
                "in_room",
                "with_provider",
                "checkout",
                "done",
                "cancelled",
                "late_cancelled",
                "missed",
                "left",
                name="status",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("status_since", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("arrived_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("confirmation", sa.String(), nullable=False),
        sa.Column("confirmed_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("instructions", sa.String(), nullable=False),
        sa.Column("orders", sa.String(), nullable=False),
        sa.Column("no_charge_reason", sa.String(), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("override_reason", sa.String(), nullable=False),
        sa.Column("booked_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("booked_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 600", name=op.f("ck_visit_minutes")),
        sa.CheckConstraint("start_minute BETWEEN 0 AND 1439", name=op.f("ck_visit_start")),
        sa.ForeignKeyConstraint(["booked_by"], ["staff_member.id"], name=op.f("fk_visit_booked_by_staff_member")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_visit_patient_id_patient")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_visit_provider_id_provider")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_visit_room_id_room")),
        sa.ForeignKeyConstraint(["type_id"], ["visit_type.id"], name=op.f("fk_visit_type_id_visit_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_day", ["day", "provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "visit_type_code",
        sa.Column("visit_type_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_visit_type_code_visit_type_id_visit_type")
        ),
        sa.PrimaryKeyConstraint("visit_type_id", "code", name=op.f("pk_visit_type_code")),
    )
    op.create_table(
        "visit_type_provider",
        sa.Column("visit_type_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_visit_type_provider_provider_id_provider")
        ),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_visit_type_provider_visit_type_id_visit_type")
        ),
        sa.PrimaryKeyConstraint("visit_type_id", "provider_id", name=op.f("pk_visit_type_provider")),
    )
    op.create_table(
        "card_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("batch_no", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("terminal_cents", sa.Integer(), nullable=False),
        sa.Column("expected_cents", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["staff_member.id"], name=op.f("fk_card_batch_made_by_staff_member")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_card_batch_session_id_till_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_batch")),
        sa.UniqueConstraint("session_id", name=op.f("uq_card_batch_session_id")),
    )
    op.create_table(
        "close_draft",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("saved_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["staff_member.id"], name=op.f("fk_close_draft_saved_by_staff_member")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_close_draft_session_id_till_session")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_close_draft")),
    )
    op.create_table(
        "coverage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subscriber_name", sa.String(), nullable=False),
        sa.Column("subscriber_birth_date", sa.Date(), nullable=True),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("group_no", sa.String(), nullable=False),
        sa.Column("copay_cents", sa.Integer(), nullable=False),
        sa.Column("cost_share_forbidden", sa.Boolean(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_how", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("copay_cents >= 0", name=op.f("ck_coverage_copay")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= effective_on", name=op.f("ck_coverage_dates")),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f("ck_coverage_position")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_coverage_patient_id_patient")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_coverage_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
    )
    with op.batch_alter_table("coverage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coverage_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["staff_member.id"], name=op.f("fk_document_created_by_staff_member")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_document_patient_id_patient")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_document_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("id", "sha256", name=op.f("uq_document_id_sha256")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "encounter_form",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("diagnoses", sa.JSON(), nullable=False),
        sa.Column("saved_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["staff_member.id"], name=op.f("fk_encounter_form_saved_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_encounter_form_visit_id_visit")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_encounter_form")),
    )
    op.create_table(
        "estimate_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column(
            "cause",
            sa.Enum("scheduled", "requested", name="estimatecause", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.Column("made_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff_member.id"], name=op.f("fk_estimate_request_made_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_estimate_request_patient_id_patient")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_estimate_request_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate_request")),
    )
    with op.batch_alter_table("estimate_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_estimate_request_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_estimate_request_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("posted_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff_member.id"], name=op.f("fk_journal_entry_approved_by_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["journal_entry.id"], name=op.f("fk_journal_entry_reverses_id_journal_entry")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_journal_entry_session_id_till_session")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_journal_entry_staff_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_journal_entry_idempotency_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entry_reverses_id")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_business_date"), ["business_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_session_id"), ["session_id"], unique=False)

    op.create_table(
        "patient_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_patient_note_created_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_note_patient_id_patient")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_patient_note_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_note")),
    )
    with op.batch_alter_table("patient_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_note_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "till_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("denominations", sa.JSON(), nullable=False),
        sa.Column("cash_cents", sa.Integer(), nullable=False),
        sa.Column("checks_count", sa.Integer(), nullable=False),
        sa.Column("checks_cents", sa.Integer(), nullable=False),
        sa.Column("cards_cents", sa.Integer(), nullable=False),
        sa.Column("expected_cents", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("counted_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("counted_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("cash_cents >= 0", name=op.f("ck_till_count_cash")),
        sa.ForeignKeyConstraint(
            ["counted_by"], ["staff_member.id"], name=op.f("fk_till_count_counted_by_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_till_count_session_id_till_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_count")),
    )
    with op.batch_alter_table("till_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_till_count_session_id"), ["session_id"], unique=False)

    op.create_table(
        "till_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_till_opening_session_id_till_session")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_till_opening_staff_id_staff_member")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_opening_till_id_till")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_opening")),
    )
    with op.batch_alter_table("till_opening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_till_opening_session_id"), ["session_id"], unique=False)

    op.create_table(
        "visit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_visit_change_staff_id_staff_member")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["visit_change.id"], name=op.f("fk_visit_change_undoes_id_visit_change")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_change_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_change")),
    )
    with op.batch_alter_table("visit_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_change_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("modifiers", sa.String(), nullable=False),
        sa.Column("diagnoses", sa.String(), nullable=False),
        sa.Column("pointers", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("unit_cents", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents = units * unit_cents AND amount_cents > 0", name=op.f("ck_charge_amount")),
        sa.CheckConstraint("units BETWEEN 1 AND 999", name=op.f("ck_charge_units")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_charge_entry_id_journal_entry")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_charge_patient_id_patient")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_charge_provider_id_provider")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_charge_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
    )
    with op.batch_alter_table("charge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charge_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charge_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "deposit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("bag_no", sa.String(), nullable=False),
        sa.Column("cash_cents", sa.Integer(), nullable=False),
        sa.Column("checks_cents", sa.Integer(), nullable=False),
        sa.Column("denominations", sa.JSON(), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("exception_reason", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_deposit_entry_id_journal_entry")),
        sa.ForeignKeyConstraint(["prepared_by"], ["staff_member.id"], name=op.f("fk_deposit_prepared_by_staff_member")),
        sa.ForeignKeyConstraint(["verified_by"], ["staff_member.id"], name=op.f("fk_deposit_verified_by_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
    )
    op.create_table(
        "estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("service_on", sa.Date(), nullable=True),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column("separately", sa.String(), nullable=False),
        sa.Column("given_how", sa.String(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("made_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_estimate_document_id_document")),
        sa.ForeignKeyConstraint(["made_by"], ["staff_member.id"], name=op.f("fk_estimate_made_by_staff_member")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_estimate_provider_id_provider")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["estimate_request.id"], name=op.f("fk_estimate_request_id_estimate_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate")),
        sa.UniqueConstraint("key", name=op.f("uq_estimate_key")),
        sa.UniqueConstraint("request_id", "version", name=op.f("uq_estimate_request_id_version")),
    )
    with op.batch_alter_table("estimate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_estimate_request_id"), ["request_id"], unique=False)

    op.create_table(
        "payment_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("guarantor", sa.String(), nullable=False),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum("weekly", "biweekly", "monthly", name="frequency", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("active", "completed", "closed", name="planstatus", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=False),
        sa.Column("disclosure", sa.String(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("status_reason", sa.String(), nullable=False),
        sa.Column("status_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_payment_plan_total")),
        sa.ForeignKeyConstraint(
            ["agreed_by"], ["staff_member.id"], name=op.f("fk_payment_plan_agreed_by_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff_member.id"], name=op.f("fk_payment_plan_approved_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_payment_plan_document_id_document")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_payment_plan_patient_id_patient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plan")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_plan_key")),
    )
    with op.batch_alter_table("payment_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_plan_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "sliding_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("income_cents", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("annual_cents", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("proof_document_id", sa.Integer(), nullable=True),
        sa.Column("guideline_id", sa.Integer(), nullable=True),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("percent_bp", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("made_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("household BETWEEN 1 AND 99", name=op.f("ck_sliding_assessment_household")),
        sa.ForeignKeyConstraint(
            ["guideline_id"],
            ["poverty_guideline.id"],
            name=op.f("fk_sliding_assessment_guideline_id_poverty_guideline"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff_member.id"], name=op.f("fk_sliding_assessment_made_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_sliding_assessment_patient_id_patient")),
        sa.ForeignKeyConstraint(
            ["proof_document_id"], ["document.id"], name=op.f("fk_sliding_assessment_proof_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["sliding_schedule.id"], name=op.f("fk_sliding_assessment_schedule_id_sliding_schedule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sliding_assessment")),
    )
    with op.batch_alter_table("sliding_assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sliding_assessment_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "till_handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("received_by", sa.Integer(), nullable=False),
        sa.Column("expected_cents", sa.Integer(), nullable=False),
        sa.Column("counted_cents", sa.Integer(), nullable=False),
        sa.Column("over_short_cents", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff_member.id"], name=op.f("fk_till_handover_approved_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["count_id"], ["till_count.id"], name=op.f("fk_till_handover_count_id_till_count")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_till_handover_entry_id_journal_entry")
        ),
        sa.ForeignKeyConstraint(["given_by"], ["staff_member.id"], name=op.f("fk_till_handover_given_by_staff_member")),
        sa.ForeignKeyConstraint(
            ["received_by"], ["staff_member.id"], name=op.f("fk_till_handover_received_by_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_till_handover_session_id_till_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_handover")),
        sa.UniqueConstraint("count_id", name=op.f("uq_till_handover_count_id")),
    )
    with op.batch_alter_table("till_handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_till_handover_session_id"), ["session_id"], unique=False)

    op.create_table(
        "till_transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_till_id", sa.Integer(), nullable=False),
        sa.Column("to_till_id", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("denominations", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("sent", "accepted", "declined", "returned", name="transferstatus", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("answer_entry_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("returned_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("returned_by", sa.Integer(), nullable=True),
        sa.Column("returned_cents", sa.Integer(), nullable=True),
        sa.Column("return_entry_id", sa.Integer(), nullable=True),
        sa.Column("return_reason", sa.String(), nullable=False),
        sa.CheckConstraint("cents > 0 AND from_till_id <> to_till_id", name=op.f("ck_till_transfer_cents")),
        sa.ForeignKeyConstraint(
            ["answer_entry_id"], ["journal_entry.id"], name=op.f("fk_till_transfer_answer_entry_id_journal_entry")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["staff_member.id"], name=op.f("fk_till_transfer_answered_by_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_till_transfer_entry_id_journal_entry")
        ),
        sa.ForeignKeyConstraint(["from_till_id"], ["till.id"], name=op.f("fk_till_transfer_from_till_id_till")),
        sa.ForeignKeyConstraint(
            ["return_entry_id"], ["journal_entry.id"], name=op.f("fk_till_transfer_return_entry_id_journal_entry")
        ),
        sa.ForeignKeyConstraint(
            ["returned_by"], ["staff_member.id"], name=op.f("fk_till_transfer_returned_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["staff_member.id"], name=op.f("fk_till_transfer_sent_by_staff_member")),
        sa.ForeignKeyConstraint(["to_till_id"], ["till.id"], name=op.f("fk_till_transfer_to_till_id_till")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_transfer")),
    )
    op.create_table(
        "unshown_posting",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_unshown_posting_entry_id_journal_entry")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_unshown_posting")),
    )
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "contractual",
                "sliding_fee",
                "courtesy",
                "small_balance",
                "bad_debt",
                name="adjustmentkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("of_adjustment_id", sa.Integer(), nullable=True),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("posted_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_adjustment_cents")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["sliding_assessment.id"], name=op.f("fk_adjustment_assessment_id_sliding_assessment")
        ),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_adjustment_charge_id_charge")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_adjustment_entry_id_journal_entry")),
        sa.ForeignKeyConstraint(
            ["of_adjustment_id"], ["adjustment.id"], name=op.f("fk_adjustment_of_adjustment_id_adjustment")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_adjustment_patient_id_patient")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_adjustment_staff_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sa.UniqueConstraint("of_adjustment_id", name=op.f("uq_adjustment_of_adjustment_id")),
    )
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjustment_charge_id"), ["charge_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustment_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "bank_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=True),
        sa.Column("card_batch_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("variance_cents", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("made_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(deposit_id IS NULL) <> (card_batch_id IS NULL)", name=op.f("ck_bank_confirmation_one_kind")
        ),
        sa.ForeignKeyConstraint(
            ["card_batch_id"], ["card_batch.id"], name=op.f("fk_bank_confirmation_card_batch_id_card_batch")
        ),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_bank_confirmation_deposit_id_deposit")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_bank_confirmation_entry_id_journal_entry")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff_member.id"], name=op.f("fk_bank_confirmation_made_by_staff_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_confirmation")),
        sa.UniqueConstraint("card_batch_id", name=op.f("uq_bank_confirmation_card_batch_id")),
        sa.UniqueConstraint("deposit_id", name=op.f("uq_bank_confirmation_deposit_id")),
    )
    op.create_table(
        "coding_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["staff_member.id"], name=op.f("fk_coding_question_answered_by_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff_member.id"], name=op.f("fk_coding_question_asked_by_staff_member")
        ),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_coding_question_charge_id_charge")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_coding_question_provider_id_provider")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_coding_question_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_question")),
    )
    with op.batch_alter_table("coding_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coding_question_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "estimate_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estimate_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("diagnoses", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["estimate_id"], ["estimate.id"], name=op.f("fk_estimate_line_estimate_id_estimate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate_line")),
    )
    with op.batch_alter_table("estimate_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_estimate_line_estimate_id"), ["estimate_id"], unique=False)

    op.create_table(
        "investigation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=True),
        sa.Column("transfer_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("over_short_cents", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("begun_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("ended_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by"], ["staff_member.id"], name=op.f("fk_investigation_ended_by_staff_member")),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["till_handover.id"], name=op.f("fk_investigation_handover_id_till_handover")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_investigation_session_id_till_session")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_investigation_staff_id_staff_member")),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["till_transfer.id"], name=op.f("fk_investigation_transfer_id_till_transfer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investigation")),
        sa.UniqueConstraint("handover_id", name=op.f("uq_investigation_handover_id")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_investigation_transfer_id")),
    )
    with op.batch_alter_table("investigation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_investigation_close",
            ["session_id"],
            unique=True,
            sqlite_where=sa.text("handover_id IS NULL AND transfer_id IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_investigation_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("receipt_no", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "copay",
                "deductible",
                "balance",
                "prepayment",
                "plan",
                "sale",
                "refund",
                "void",
                "returned",
                name="paymentkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("of_payment_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("posted_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_payment_amount")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_payment_entry_id_journal_entry")),
        sa.ForeignKeyConstraint(["of_payment_id"], ["payment.id"], name=op.f("fk_payment_of_payment_id_payment")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_payment_patient_id_patient")),
        sa.ForeignKeyConstraint(["plan_id"], ["payment_plan.id"], name=op.f("fk_payment_plan_id_payment_plan")),
        sa.ForeignKeyConstraint(["session_id"], ["till_session.id"], name=op.f("fk_payment_session_id_till_session")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_payment_staff_id_staff_member")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_payment_till_id_till")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_payment_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_payment_entry_id")),
        sa.UniqueConstraint("till_id", "receipt_no", name=op.f("uq_payment_till_id_receipt_no")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_of_payment_id"), ["of_payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "plan_charge",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_plan_charge_charge_id_charge")),
        sa.ForeignKeyConstraint(["plan_id"], ["payment_plan.id"], name=op.f("fk_plan_charge_plan_id_payment_plan")),
        sa.PrimaryKeyConstraint("plan_id", "charge_id", name=op.f("pk_plan_charge")),
    )
    with op.batch_alter_table("plan_charge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_charge_charge_id"), ["charge_id"], unique=False)

    op.create_table(
        "plan_instalment",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_plan_instalment_cents")),
        sa.ForeignKeyConstraint(["plan_id"], ["payment_plan.id"], name=op.f("fk_plan_instalment_plan_id_payment_plan")),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_plan_instalment")),
    )
    with op.batch_alter_table("plan_instalment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_instalment_due_on"), ["due_on"], unique=False)

    op.create_table(
        "card_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("payment", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "check_terminal",
                "held",
                "approved",
                "declined",
                "cancelled",
                name="cardstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("ended_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_card_attempt_cents")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff_member.id"], name=op.f("fk_card_attempt_asked_by_staff_member")),
        sa.ForeignKeyConstraint(["ended_by"], ["staff_member.id"], name=op.f("fk_card_attempt_ended_by_staff_member")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_card_attempt_patient_id_patient")),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
            name=op.f("fk_card_attempt_payment_id_payment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_card_attempt_session_id_till_session")
        ),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_card_attempt_till_id_till")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_card_attempt_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_attempt")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_card_attempt_idempotency_key")),
    )
    with op.batch_alter_table("card_attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_card_attempt_open",
            ["state"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked', 'check_terminal', 'held')"),
        )
        batch_op.create_index(batch_op.f("ix_card_attempt_session_id"), ["session_id"], unique=False)

    op.create_table(
        "check_in",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("started_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("name_checked", sa.Boolean(), nullable=False),
        sa.Column("birth_date_checked", sa.Boolean(), nullable=False),
        sa.Column("demographics_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("coverage_id", sa.Integer(), nullable=True),
        sa.Column("self_pay", sa.Boolean(), nullable=False),
        sa.Column("coverage_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.Column("copay_due_cents", sa.Integer(), nullable=False),
        sa.Column("copay_payment_id", sa.Integer(), nullable=True),
        sa.Column("no_copay_reason", sa.String(), nullable=False),
        sa.Column("copay_later", sa.Boolean(), nullable=False),
        sa.Column("finished_at", psc_desk.models.base.Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["copay_payment_id"], ["payment.id"], name=op.f("fk_check_in_copay_payment_id_payment")
        ),
        sa.ForeignKeyConstraint(["coverage_id"], ["coverage.id"], name=op.f("fk_check_in_coverage_id_coverage")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_check_in_visit_id_visit")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_check_in")),
    )
    op.create_table(
        "journal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("charge_id", sa.Integer(), nullable=True),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_journal_line_not_zero")),
        sa.ForeignKeyConstraint(
            ["charge_id"],
            ["charge.id"],
            name=op.f("fk_journal_line_charge_id_charge"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["journal_entry.id"],
            name=op.f("fk_journal_line_entry_id_journal_entry"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_journal_line_patient_id_patient")),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
            name=op.f("fk_journal_line_payment_id_payment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_journal_line_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_line")),
    )
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.create_index("ix_journal_line_account", ["account", "patient_id"], unique=False)
        batch_op.create_index("ix_journal_line_charge", ["charge_id"], unique=False)
        batch_op.create_index("ix_journal_line_entry", ["entry_id"], unique=False)
        batch_op.create_index("ix_journal_line_patient", ["patient_id", "account"], unique=False)
        batch_op.create_index("ix_journal_line_payment", ["payment_id"], unique=False)

    op.create_table(
        "print_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("copy_no", sa.Integer(), nullable=False),
        sa.Column("created_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("state_at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["staff_member.id"], name=op.f("fk_print_job_created_by_staff_member")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_print_job_payment_id_payment")),
        sa.ForeignKeyConstraint(["session_id"], ["till_session.id"], name=op.f("fk_print_job_session_id_till_session")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_print_job_till_id_till")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    with op.batch_alter_table("print_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_job_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index("ix_print_job_state", ["state"], unique=False)

    op.create_table(
        "sale_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("unit_cents", sa.Integer(), nullable=False),
        sa.Column("tax_cents", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents = units * unit_cents AND units <> 0", name=op.f("ck_sale_line_amount")),
        sa.ForeignKeyConstraint(["item_id"], ["retail_item.id"], name=op.f("fk_sale_line_item_id_retail_item")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_sale_line_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_line")),
    )
    with op.batch_alter_table("sale_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sale_line_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "stock_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", psc_desk.models.base.Instant(length=27), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("units <> 0", name=op.f("ck_stock_move_units")),
        sa.ForeignKeyConstraint(["item_id"], ["retail_item.id"], name=op.f("fk_stock_move_item_id_retail_item")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_stock_move_payment_id_payment")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_stock_move_staff_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_move")),
    )
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_move_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stock_move_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "tender",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("cash", "check", "card", name="tenderkind", native_enum=False, length=20), nullable=False
        ),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("tendered_cents", sa.Integer(), nullable=False),
        sa.Column("check_no", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("card_brand", sa.String(), nullable=False),
        sa.Column("card_last4", sa.String(), nullable=False),
        sa.Column("terminal_ref", sa.String(), nullable=False),
        sa.CheckConstraint("kind <> 'check' OR check_no <> ''", name=op.f("ck_tender_check_no")),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_tender_cents")),
        sa.CheckConstraint("length(card_last4) IN (0, 4)", name=op.f("ck_tender_last4")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_tender_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
    )
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tender_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "deposit_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("(tender_id IS NULL) <> (session_id IS NULL)", name=op.f("ck_deposit_item_one_kind")),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_item_deposit_id_deposit")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["till_session.id"], name=op.f("fk_deposit_item_session_id_till_session")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_deposit_item_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_item")),
        sa.UniqueConstraint("session_id", name=op.f("uq_deposit_item_session_id")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_deposit_item_tender_id")),
    )
    with op.batch_alter_table("deposit_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deposit_item_deposit_id"), ["deposit_id"], unique=False)

    for statement in (SEARCH_DDL, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: the first release has nothing before it."""
    raise RuntimeError("there is no schema before this one")
