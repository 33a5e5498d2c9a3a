"""``turbil import``: the register from CSV files, all or nothing (docs/import.md)."""
