"""Preventive maintenance: plans with their ground, due lists, and one occasion per time that a device is due."""
