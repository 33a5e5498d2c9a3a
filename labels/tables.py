"""The labels' tables, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class LabelTemplateRow(Table, tablename="label_template"):
    """A region's own template, or its change of a built-in one."""

    region_id = UUID(primary_key=True)
    id = UUID(required=True)
    kind = Text()
    name = Text()
    document = JSONB()
    retired = Boolean(default=False)
    changed_by = UUID(required=True)
    changed_at = Timestamptz()
    rv = BigInt(required=True)


class LabelProfileRow(Table, tablename="label_profile"):
    """A region's own print profile, or its change of a built-in one."""

    region_id = UUID(primary_key=True)
    id = UUID(required=True)
    name = Text()
    document = JSONB()
    retired = Boolean(default=False)
    changed_by = UUID(required=True)
    changed_at = Timestamptz()
    rv = BigInt(required=True)


class LabelPrint(Table, tablename="label_print"):
    """One batch of labels with tokens; its id is that of the command that made it."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    kind = Text()
    template = JSONB()
    host = Text()
    owner = Text()
    phone = Text()
    count_of_labels = Integer(required=True, db_column_name="count")
    first_number = Text()
    last_number = Text()
    seed = Bytea(null=True, default=None)
    older_end = Timestamptz()
    printed_by = UUID(required=True)
    printed_at = Timestamptz()
    state = Text(default="open")
    closed_by = UUID(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class PrintedLabel(Table, tablename="printed_label"):
    """A device's label as a part of a print."""

    label_id = UUID(primary_key=True)
    print_id = UUID(required=True)
    position = Integer(required=True)
    verified_at = Timestamptz(null=True, default=None)


class UnclaimedLabel(Table, tablename="unclaimed_label"):
    """A label printed ahead, with a number of the reserved series."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    number = Text()
    token_hash = Bytea()
    print_id = UUID(required=True)
    position = Integer(required=True)
    claimed_label_id = UUID(null=True, default=None)
    claimed_at = Timestamptz(null=True, default=None)
    discarded_at = Timestamptz(null=True, default=None)
    verified_at = Timestamptz(null=True, default=None)
