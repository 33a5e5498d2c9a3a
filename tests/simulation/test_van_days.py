"""Conservation over simulated days with faults (I1, I3, I9, I15). ``make soak`` lives through 1,000 per seed."""

from __future__ import annotations

import os
from typing import Final

import pytest

from routing.rounds import balance, custody
from routing.rounds.balance import Unit
from tests.simulation.van_days import Vans

BLOCK: Final = 40
DAYS: Final = int(os.environ.get("TURBIL_VAN_DAYS", str(BLOCK)))


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_in_two_places_and_every_loaded_unit_is_explained(seed: int) -> None:
    """Forty days at a time with devices of their own: the chains of 1,000 days would be folded a million times."""
    for block in range(max(1, DAYS // BLOCK)):
        outcome = Vans(seed * 1000 + block).run(BLOCK)
        assert outcome.broken == [], (seed, block)
        assert outcome.days == BLOCK
        assert outcome.loaded > BLOCK
        assert outcome.compared > 0, "the world was looked at too"
        assert set(outcome.faults) == {"lost", "twice", "wrong tap", "other driver"}


def test_the_same_seed_gives_the_same_days() -> None:
    one, other = Vans(7).run(10), Vans(7).run(10)
    assert (one.events, one.loaded, one.faults) == (other.events, other.loaded, other.faults)


def test_a_rule_that_forgets_a_delivery_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks are worth something: a balance that counts what was delivered as left does not add up."""
    monkeypatch.setattr(Unit, "left", property(lambda unit: unit.loaded))
    assert any("I15" in sentence for sentence in Vans(1).run(5).broken)


def test_a_chain_without_bridges_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def jump(folding: custody._Folding, target: custody.Place, _at: object) -> None:
        folding.place = target

    monkeypatch.setattr(custody._Folding, "_bridge", jump)
    assert any("I3" in sentence for sentence in Vans(1).run(20).broken)


def test_an_account_of_less_than_all_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = balance.judge
    monkeypatch.setattr("tests.simulation.van_days.judge", lambda units, said: whole(units, list(said)[1:]))
    assert any("I15" in sentence for sentence in Vans(1).run(5).broken)
