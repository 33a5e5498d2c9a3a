"""The committed API types are the server's: a changed route fails a type check, not a phone in the field."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.main import create_app, openapi_document
from app.settings import Settings
from pwa import build


def test_the_committed_api_types_are_what_the_server_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed = (build.CLIENT / build.API_TYPES).read_text()
    # The generator writes beside its packages, so it works in a folder of its own that borrows them.
    build.install_packages()
    client = tmp_path / "client"
    client.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(build.CLIENT / name, client / name)
    (client / "node_modules").symlink_to(build.CLIENT / "node_modules", target_is_directory=True)
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(openapi_document(create_app(Settings(data=tmp_path / "data")))))
    monkeypatch.setattr(build, "CLIENT", client)
    assert build.generate_types(document) == 0
    assert (client / build.API_TYPES).read_text() == committed, "the server's API has changed: run make types"
