"""How a build of the client replaces the one before, under a server and pages that may still be using it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pwa import build

DAY = 24 * 3600.0
NOW = 1_800_000_000.0


def _built(folder: Path, *assets: str, page: str = "page") -> Path:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(page)
    for name in assets:
        (folder / "assets" / name).write_text(name)
    return folder


def _assets(static: Path) -> list[str]:
    return sorted(path.name for path in (static / "assets").iterdir())


def test_a_replaced_asset_stays_thirty_days_from_the_build_that_replaced_it(tmp_path: Path) -> None:
    """Not from its own build: a version in use for two months is still open on phones when the next one comes."""
    static = tmp_path / "static"
    build.publish(_built(tmp_path / "1", "a.js", "shared.js"), static, "1", NOW)
    build.publish(_built(tmp_path / "2", "b.js", "shared.js"), static, "2", NOW + 60 * DAY)
    assert _assets(static) == ["a.js", "b.js", "shared.js"]
    build.publish(_built(tmp_path / "3", "c.js", "shared.js"), static, "3", NOW + 89 * DAY)
    assert _assets(static) == ["a.js", "b.js", "c.js", "shared.js"]
    build.publish(_built(tmp_path / "4", "d.js", "shared.js"), static, "4", NOW + 91 * DAY)
    assert _assets(static) == ["b.js", "c.js", "d.js", "shared.js"]


def test_only_the_newest_builds_files_are_packed(tmp_path: Path) -> None:
    static = tmp_path / "static"
    build.publish(_built(tmp_path / "1", "a.js"), static, "1", NOW)
    build.publish(_built(tmp_path / "2", "b.js"), static, "2", NOW)
    assert build.built_files(static) == ["assets/b.js", "index.html"]


def test_other_files_of_an_old_build_go_at_once(tmp_path: Path) -> None:
    """A script at the root that nothing names any more would be served for ever."""
    static = tmp_path / "static"
    first = _built(tmp_path / "1")
    (first / "old.js").write_text("old")
    build.publish(first, static, "1", NOW)
    build.publish(_built(tmp_path / "2", page="new page"), static, "2", NOW)
    assert not (static / "old.js").exists()
    assert (static / "index.html").read_text() == "new page"


def test_an_incomplete_folder_counts_as_not_built(tmp_path: Path) -> None:
    static = tmp_path / "static"
    build.publish(_built(tmp_path / "1", "a.js"), static, build.sources_digest(), NOW)
    assert build.is_current(static)
    (static / "assets" / "a.js").unlink()
    assert build.built_files(static) == []
    assert not build.is_current(static)
    assert not build.is_current(tmp_path / "nothing")


def test_any_change_of_a_source_is_a_reason_to_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = tmp_path / "client"
    (client / "src").mkdir(parents=True)
    (client / "node_modules").mkdir()
    (client / "src" / "a.ts").write_text("one")
    monkeypatch.setattr(build, "CLIENT", client)
    digests = {build.sources_digest()}
    os.utime(client / "src" / "a.ts", (NOW, NOW))
    (client / "node_modules" / "x.js").write_text("not a source")
    digests.add(build.sources_digest())
    assert len(digests) == 1, "times and installed packages do not matter"
    (client / "src" / "a.ts").write_text("two")
    digests.add(build.sources_digest())
    (client / "src" / "a.ts").rename(client / "src" / "b.ts")
    digests.add(build.sources_digest())
    assert len(digests) == 3


def test_a_failed_build_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    static = tmp_path / "static"
    build.publish(_built(tmp_path / "1", "a.js"), static, "old", NOW)
    monkeypatch.setattr(build, "STATIC", static)
    monkeypatch.setattr(build, "install_packages", lambda: None)
    monkeypatch.setattr(build, "_node", lambda arguments: 1)
    assert build.main(["build"]) == 1
    assert build.built_files(static) == ["assets/a.js", "index.html"]


def test_packages_are_installed_once_per_lock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / ".npmrc").write_text("")
    calls: list[list[str]] = []

    def npm(arguments: list[str]) -> int:
        calls.append(arguments)
        return 0

    monkeypatch.setattr(build, "CLIENT", tmp_path)
    monkeypatch.setattr(build, "_npm", npm)
    build.install_packages()
    build.install_packages()
    (tmp_path / "package-lock.json").write_text('{"changed": true}')
    build.install_packages()
    assert calls == [["ci"], ["ci"]]
