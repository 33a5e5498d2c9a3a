"""The tables of stock-taking, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, BigSerial, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class StockCount(Table, tablename="stock_count"):
    """A place that was counted by scanning."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    location_id = UUID(required=True)
    counted_by = UUID(required=True)
    begun_at = Timestamptz()
    counted_at = Timestamptz()
    note = Text()
    rv = BigSerial()


class StockCountLine(Table, tablename="stock_count_line"):
    """A device that was scanned there, or missed there."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    count_id = UUID(required=True)
    number = Text()
    device_id = UUID(null=True, default=None)
    scan_raw = Text(null=True, default=None)
    scanned_at = Timestamptz(null=True, default=None)
    finding = Text()
    status = Text(null=True, default=None)
    home_location_id = UUID(null=True, default=None)
    adjusted = Text(null=True, default=None)
    adjusted_at = Timestamptz(null=True, default=None)
    adjusted_by = UUID(null=True, default=None)
    reason = Text(null=True, default=None)
    reason_note = Text()
    rv = BigSerial()


class StockBalance(Table, tablename="stock_balance"):
    """How many of an article lie at a place, kept by the entries; below nothing when more were used."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    location_id = UUID(required=True)
    article_id = UUID(required=True)
    quantity = Integer(required=True)
    rv = BigSerial()


class StockEntry(Table, tablename="stock_entry"):
    """A line of the ledger; it never changes."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    location_id = UUID(required=True)
    article_id = UUID(required=True)
    quantity = Integer(required=True)
    kind = Text()
    part_id = UUID(null=True, default=None)
    by_id = UUID(null=True, default=None)
    command_id = UUID(required=True)
    at = Timestamptz()
    created_at = Timestamptz()
