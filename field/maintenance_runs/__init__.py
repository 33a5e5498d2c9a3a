"""Maintenance runs: an area and a period become a proposal of days and doors, which a person changes and publishes."""
