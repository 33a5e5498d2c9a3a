"""A phone is told how long it may show what it has (SR-14)."""

from __future__ import annotations

import pytest

from app.database import execute
from app.settings import SettingsError, load_settings
from tests.offline_sync.toy import House


async def test_every_answer_to_a_pull_tells_the_hours(house: House) -> None:
    """Also when nothing has changed, and to a phone that is reported lost."""
    phone = await house.phone()
    for state in ("active", "active", "lost"):
        await execute("update sync_device set state = $1", state)
        answer = (await phone.post_pull(phone.pull_body())).json()
        assert (answer["state"], answer["readable_hours"]) == (state, 24)
        phone.cookie = answer["cookie"]


@pytest.mark.parametrize("hours", ["7", "73", "x"])
def test_the_hours_are_a_setting_within_limits(monkeypatch: pytest.MonkeyPatch, hours: str) -> None:
    monkeypatch.setenv("TURBIL_READABLE_HOURS", "8")
    assert load_settings().readable_hours == 8
    monkeypatch.setenv("TURBIL_READABLE_HOURS", hours)
    with pytest.raises(SettingsError, match="TURBIL_READABLE_HOURS"):
        load_settings()
