"""Users and memberships as the command line and the demo make them."""

from __future__ import annotations

import pytest

from app.database import new_id
from app.identity import service
from app.identity.actor import Role
from app.identity.actors import load_actor
from app.identity.passwords import PasswordRefused
from tests.support.world import World


async def test_a_new_user_gets_roles_teams_and_customers(world: World) -> None:
    user_id = await service.create_user(
        region_id=world.north.region_id, username="Ny.Person", name="Test Ny", password="ett långt lösenord"
    )
    actor = await load_actor(user_id)
    assert actor is not None
    assert actor.roles == frozenset()
    await service.add_membership(user_id, Role.TECHNICIAN, team_id=world.north.teams[0])
    await service.add_membership(user_id, Role.PRESCRIBER, customer_ids=[world.north.customer_id])
    await service.add_membership(user_id, Role.PRESCRIBER, customer_ids=[world.north.customer_id])
    actor = await load_actor(user_id)
    assert actor is not None
    assert actor.roles == {Role.TECHNICIAN, Role.PRESCRIBER}
    assert actor.team_ids == {world.north.teams[0]}
    assert actor.customer_ids == {world.north.customer_id}
    assert actor.region_id == world.north.region_id
    await service.remove_role(user_id, Role.TECHNICIAN)
    actor = await load_actor(user_id)
    assert actor is not None
    assert actor.roles == {Role.PRESCRIBER}
    assert actor.team_ids == frozenset()
    await service.deactivate(user_id)
    actor = await load_actor(user_id)
    assert actor is not None
    assert not actor.active
    assert not actor.roles
    assert not actor.customer_ids


async def test_names_and_passwords_that_cannot_be(world: World) -> None:
    region_id = world.north.region_id
    with pytest.raises(service.UserExists):
        await service.create_user(
            region_id=region_id, username="PLANNER.norr", name="Test", password="ett långt lösenord"
        )
    for username in ("", "med mellanslag", "x" * 61, "a\nb", "<b>"):
        with pytest.raises(service.UsernameRefused):
            await service.create_user(
                region_id=region_id, username=username, name="Test", password="ett långt lösenord"
            )
    with pytest.raises(PasswordRefused):
        await service.create_user(region_id=region_id, username="kort", name="Test", password="kort")
    with pytest.raises(LookupError):
        await service.add_membership(new_id(), Role.ADMIN)
    with pytest.raises(LookupError):
        await service.set_password(new_id(), "ett långt lösenord", must_change=True)
    assert await load_actor(new_id()) is None
