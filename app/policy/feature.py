"""What the policy room hands to main: the phone's row of rules."""

from __future__ import annotations

from app.feature import Feature
from app.policy.view import POLICY_VIEW
from app.settings import Settings


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="policy", views=(POLICY_VIEW,))
