"""Piccolo's picture of the audit tables; a test compares it with the schema."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class AuditBatch(Table, tablename="audit_batch"):
    """One link of the chain: the hash of the batch before it and of its own rows. Never changed."""

    number = BigInt(primary_key=True)
    previous_hash = Bytea()
    hash = Bytea()
    rows = Integer()
    closed_at = Timestamptz()


class AuditEntry(Table, tablename="audit_entry"):
    """Which command is where in the chain. Never changed."""

    command_id = UUID(primary_key=True, default=new_id)
    batch = BigInt()
    position = Integer()


class AccessLog(Table, tablename="access_log"):
    """Who saw which patient, from which unit, when and how (SR-08)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID()
    at = Timestamptz()
    user_id = UUID()
    unit = Text()
    person_id = UUID()
    action = Text()
