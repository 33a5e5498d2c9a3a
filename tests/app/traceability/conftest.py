"""The labels' shop serves here as well."""

from __future__ import annotations

from tests.labels.conftest import shop

__all__ = ["shop"]
