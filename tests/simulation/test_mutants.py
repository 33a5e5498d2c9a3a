"""The planted faults still fit the code, so ``python -m tests.simulation.mutants`` can plant them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.simulation.client_mutants import CLIENT_MUTANTS
from tests.simulation.mutants import MUTANTS, Mutant, plant
from tests.simulation.server import ROOT


@pytest.mark.parametrize("mutant", [*MUTANTS, *CLIENT_MUTANTS], ids=lambda mutant: mutant.name)
def test_a_mutant_fits_the_code(mutant: Mutant, tmp_path: Path) -> None:
    for name, _, _ in mutant.changes:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    plant(mutant, tmp_path)
    for name, _, _ in mutant.changes:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text != (ROOT / name).read_text(encoding="utf-8")
        if name.endswith(".py"):
            compile(text, name, "exec")
