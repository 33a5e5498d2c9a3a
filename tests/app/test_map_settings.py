"""The settings that name a map's server."""

from __future__ import annotations

import pytest

from app.settings import SettingsError, load_settings


def test_a_map_server_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (load_settings().osrm, load_settings().valhalla) == (None, None)
    monkeypatch.setenv("TURBIL_OSRM", "http://127.0.0.1:5000/")
    monkeypatch.setenv("TURBIL_VALHALLA", "https://map.region.example/valhalla")
    settings = load_settings()
    assert (settings.osrm, settings.valhalla) == ("http://127.0.0.1:5000", "https://map.region.example/valhalla")


def test_map_pictures_name_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (load_settings().tiles, load_settings().tiles_origin) == (None, "")
    monkeypatch.setenv("TURBIL_TILES", "https://tiles.example:8443/v/{z}/{x}/{y}.png")
    assert load_settings().tiles_origin == "https://tiles.example:8443"


@pytest.mark.parametrize(
    "value",
    [
        "https://tiles.example/map.png",
        "ftp://tiles.example/{z}/{x}/{y}",
        "https://{s}.tiles.example/{z}/{x}/{y}",
        "https://a.example;script-src/{z}/{x}/{y}",
        "https://somebody@tiles.example/{z}/{x}/{y}",
    ],
)
def test_map_pictures_elsewhere_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Its origin goes into the content security policy, so that nothing else may."""
    monkeypatch.setenv("TURBIL_TILES", value)
    with pytest.raises(SettingsError, match="TURBIL_TILES"):
        load_settings()


@pytest.mark.parametrize("value", ["127.0.0.1:5000", "ftp://map.example", "http://", "http://map.example/?key=1"])
def test_anything_else_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TURBIL_OSRM", value)
    with pytest.raises(SettingsError, match="TURBIL_OSRM"):
        load_settings()
