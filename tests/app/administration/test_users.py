"""Users as an administrator makes and changes them: every guard, and that a change bites at once (SR-30)."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from app.database import execute, fetch_value
from app.identity.actor import Role
from app.identity.actors import load_actor
from tests.app.administration.conftest import Office, send
from tests.support.http import sign_in
from tests.support.phone import Phone
from tests.support.world import make_user


async def test_invite_gives_a_user_with_a_role_team_and_customers(office: Office) -> None:
    north = office.world.north
    user_id = uuid4()
    answer = await send(
        office.admin,
        "user.invite",
        user_id,
        username="Ny.Person",
        name="  Nya   Testperson ",
        phone="010-555 01 02",
        email="ny@example.invalid",
        role="prescriber",
        customer_numbers=["1001", "1001"],
    )
    assert answer.status_code == 200, answer.text
    shown = (await office.admin.get(f"/api/users/{user_id}")).json()
    assert shown["username"] == "Ny.Person"
    assert shown["name"] == "Nya Testperson"
    assert shown["active"] is True
    assert shown["waits_for_password"] is True
    assert shown["last_seen"] is None
    assert shown["rv"] == answer.json()["rv"]
    assert shown["roles"] == [
        {"role": "prescriber", "team": None, "customers": [{"number": "1001", "name": "Vårdcentralen norr"}]}
    ]
    actor = await load_actor(user_id)
    assert actor is not None
    assert actor.region_id == north.region_id
    assert actor.customer_ids == {north.customer_id}
    assert await fetch_value("select count(*) from membership_customer") == 3


@pytest.mark.parametrize(
    ("changes", "code", "word"),
    [
        ({"username": "PLANNER.norr"}, "user.name_taken", "PLANNER.norr"),
        ({"username": "planner.soder"}, "user.name_taken", "upptaget"),
        ({"username": "med mellanslag"}, "user.name_refused", "mellanslag"),
        ({"name": "   "}, "user.full_name_missing", "namn"),
        ({"customer_numbers": ["1001", "8888"]}, "user.customer_unknown", "8888"),
        ({"customer_numbers": ["5001"]}, "user.customer_unknown", "5001"),
        ({"role": "technician", "customer_numbers": ["1001"]}, "user.customers_not_for_role", "förskrivare"),
        ({"team_id": str(uuid4())}, "user.team_unknown", "Avdelningen"),
    ],
)
async def test_what_an_invitation_must_not_be(office: Office, changes: dict[str, object], code: str, word: str) -> None:
    """One kind sentence each, and nothing is stored; a name is taken for the whole server, whatever its capitals."""
    args = {"username": "ny", "name": "Ny Test", "role": "prescriber", **changes}
    answer = await send(office.admin, "user.invite", uuid4(), **args)
    assert answer.status_code == 409
    assert answer.json()["code"] == code
    assert word in answer.json()["detail"]
    assert await fetch_value("select count(*) from user_account where lower(username) = 'ny'") == 0


async def test_teams_and_customers_of_another_region_do_not_exist(office: Office) -> None:
    south = office.world.south
    await execute(
        "insert into party (id, region_id, kind, number, name) values ($1, $2, 'customer', '7777', 'Enbart söder')",
        uuid4(),
        south.region_id,
    )
    team = await send(
        office.admin, "user.invite", uuid4(), username="a", name="A", role="driver", team_id=str(south.teams[0])
    )
    nowhere = await send(
        office.admin, "user.invite", uuid4(), username="a", name="A", role="driver", team_id=str(uuid4())
    )
    assert team.json() == nowhere.json()
    customer = await send(
        office.admin, "user.invite", uuid4(), username="a", name="A", role="prescriber", customer_numbers=["7777"]
    )
    assert customer.json()["code"] == "user.customer_unknown"


async def test_another_regions_user_is_as_unknown_as_nobody(office: Office) -> None:
    foreign, nobody = office.world.south.users[Role.TECHNICIAN].id, uuid4()
    before = await fetch_value("select to_jsonb(u) from user_account u where id = $1", foreign)
    calls: dict[str, dict[str, object]] = {
        "user.change": {"name": "X"},
        "user.set_roles": {"roles": []},
        "user.deactivate": {},
        "user.reactivate": {},
        "user.reset_password": {},
    }
    for name, args in calls.items():
        answers = [await send(office.admin, name, target, **args) for target in (foreign, nobody)]
        assert answers[0].status_code == 404, name
        assert answers[0].json() == answers[1].json()
    reads = [await office.admin.get(f"/api/users/{target}") for target in (foreign, nobody)]
    assert reads[0].status_code == 404
    assert reads[0].content == reads[1].content
    makes = [await office.admin.post(f"/api/users/{target}/start-password", json={}) for target in (foreign, nobody)]
    assert makes[0].status_code == 404
    assert makes[0].content == makes[1].content
    assert await fetch_value("select to_jsonb(u) from user_account u where id = $1", foreign) == before
    assert await load_actor(foreign) is not None


async def test_the_same_id_twice_is_one_user(office: Office) -> None:
    user_id = uuid4()
    args = {"username": "ny", "name": "Ny Test", "role": "driver"}
    assert (await send(office.admin, "user.invite", user_id, **args)).status_code == 200
    again = await send(office.admin, "user.invite", user_id, **{**args, "username": "ny2"})
    assert again.json()["code"] == "user.exists"


async def test_roles_are_replaced_and_bite_at_the_next_request(office: Office) -> None:
    """SR-30 in an open session: the planner reads colleagues, then no more, then again as a technician."""
    planner = office.world.north.users[Role.PLANNER]
    browser = await office.browser(planner)
    assert (await browser.get("/api/technicians")).status_code == 200
    taken = await send(office.admin, "user.set_roles", planner.id, roles=[{"role": "driver"}])
    assert taken.status_code == 200, taken.text
    assert (await browser.get("/api/technicians")).status_code == 403
    team = str(office.world.north.teams[1])
    given = await send(
        office.admin,
        "user.set_roles",
        planner.id,
        roles=[{"role": "technician", "team_id": team}, {"role": "prescriber", "customer_numbers": ["1001"]}],
    )
    assert given.status_code == 200
    session = (await browser.get("/api/session")).json()["user"]
    assert session["roles"] == ["prescriber", "technician"]
    assert [one["id"] for one in session["teams"]] == [team]
    assert [one["number"] for one in session["customers"]] == ["1001"]
    twice = [{"role": "driver"}, {"role": "driver"}]
    assert (await send(office.admin, "user.set_roles", planner.id, roles=twice)).json()["code"] == "user.role_twice"
    assert (await browser.get("/api/session")).json()["user"]["roles"] == ["prescriber", "technician"]


async def test_deactivation_ends_sessions_at_once_and_work_that_arrives_is_quarantined(office: Office) -> None:
    technician = office.world.north.users[Role.TECHNICIAN]
    browser = await office.browser(technician)
    phone = await Phone.register(browser)
    await execute(
        "insert into push_subscription (id, region_id, user_id, endpoint, p256dh, auth)"
        " values ($1, $2, $3, 'https://fcm.googleapis.com/x', 'k', 'a')",
        uuid4(),
        office.world.north.region_id,
        technician.id,
    )
    assert (await send(office.admin, "user.deactivate", technician.id)).status_code == 200
    assert (await browser.get("/api/session")).status_code == 401
    assert await fetch_value("select dropped_at from push_subscription") is not None
    command = phone.record("message.read", {"message_ids": [str(uuid4())]})
    await phone.push_once()
    assert phone.verdicts[command]["verdict"] == "quarantined"
    assert phone.verdicts[command]["code"] == "sync.author_inactive"
    shown = (await office.admin.get(f"/api/users/{technician.id}")).json()
    assert shown["active"] is False
    assert [role["role"] for role in shown["roles"]] == ["technician"]
    reset = await send(office.admin, "user.reset_password", technician.id)
    assert reset.json()["code"] == "user.inactive"
    assert (await send(office.admin, "user.reactivate", technician.id)).status_code == 200
    assert (await browser.get("/api/session")).status_code == 401, "an old session does not come back"
    actor = await load_actor(technician.id)
    assert actor is not None
    assert actor.roles == {Role.TECHNICIAN}


async def test_nobody_locks_himself_out_and_the_last_administrator_stays(office: Office) -> None:
    own = office.admin_id
    for name, args in (("user.deactivate", {}), ("user.set_roles", {"roles": [{"role": "planner"}]})):
        assert (await send(office.admin, name, own, **args)).json()["code"] == "user.self"
    assert (await send(office.admin, "user.reset_password", own)).json()["code"] == "user.self_password"
    assert (await office.admin.post(f"/api/users/{own}/start-password", json={})).json()["code"] == "user.self_password"
    more = await send(office.admin, "user.set_roles", own, roles=[{"role": "admin"}, {"role": "planner"}])
    assert more.status_code == 200, "an own further role is no lock-out"

    assert (await send(office.second, "user.deactivate", own)).status_code == 200
    for name, args in (("user.deactivate", {}), ("user.set_roles", {"roles": []})):
        answer = await send(office.second, name, office.second_id, **args)
        assert answer.status_code == 409
        assert answer.json()["code"] == "user.last_admin"
    # The other region's administrators do not count.
    assert (await office.south.get("/api/users?role=admin&active=true")).json()["items"] != []


async def test_two_administrators_who_remove_each_other_at_once_leave_one(office: Office) -> None:
    for round_number in range(5):
        answers = await asyncio.gather(
            send(office.admin, "user.deactivate", office.second_id),
            send(office.second, "user.deactivate", office.admin_id),
        )
        assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 404]), round_number
        left = await fetch_value(
            "select count(*) from user_account u join membership m on m.user_id = u.id"
            " where u.region_id = $1 and m.role = 'admin' and m.active and u.active",
            office.world.north.region_id,
        )
        assert left == 1
        await execute("update user_account set active = true")
        await execute("update session set revoked_at = null")


async def test_the_second_of_two_changes_is_refused_with_what_is_there_now(office: Office) -> None:
    target = office.world.north.users[Role.DRIVER].id
    rv = (await office.admin.get(f"/api/users/{target}")).json()["rv"]
    first = await send(office.admin, "user.change", target, rv, phone="010-1")
    assert first.status_code == 200
    assert first.json()["rv"] != rv
    for name, args in (
        ("user.change", {"name": "Ny Test"}),
        ("user.set_roles", {"roles": []}),
        ("user.deactivate", {}),
    ):
        late = await send(office.second, name, target, rv, **args)
        assert late.status_code == 409, name
        assert late.json()["code"] == "user.changed_meanwhile"
        assert late.json()["state"]["rv"] == first.json()["rv"]
        assert late.json()["state"]["roles"][0]["role"] == "driver"
    roles = [{"role": "driver"}, {"role": "technician"}]
    second = await send(office.second, "user.set_roles", target, first.json()["rv"], roles=roles)
    assert second.status_code == 200
    assert (await send(office.admin, "user.change", target, first.json()["rv"], phone="2")).status_code == 409, (
        "roles renew the version too"
    )
    browser = await office.browser(office.world.north.users[Role.DRIVER])
    assert (await browser.put("/api/session/language", json={"language": "en"})).status_code == 200
    assert (await office.admin.get(f"/api/users/{target}")).json()["rv"] == second.json()["rv"], "nobody's conflict"


async def test_the_list_searches_filters_and_goes_on(office: Office) -> None:
    region = office.world.north.region_id
    await make_user(region, "asa", Role.DRIVER)
    await execute("update user_account set name = 'Åsa Test_prov' where username = 'asa'")
    names = {item["username"] for item in (await office.admin.get("/api/users")).json()["items"]}
    assert "asa" in names
    assert not {name for name in names if name.endswith(".soder")}

    async def found(query: str) -> list[str]:
        answer = await office.admin.get(f"/api/users?{query}")
        assert answer.status_code == 200, answer.text
        return [item["username"] for item in answer.json()["items"]]

    assert await found("q=åsa") == ["asa"]
    assert await found("q=TEST_PROV") == ["asa"], "the underscore is no wildcard"
    assert await found("q=%25") == []
    assert set(await found("role=driver")) == {"asa", "driver.norr"}
    assert await found("active=false") == []
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await office.admin.get(f"/api/users?limit=3{cursor}")).json()
        seen += [item["username"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == len(names)
    assert seen[-1] == "asa", "Å comes after T in Swedish"
    assert (await office.admin.get(f"/api/users?cursor={uuid4()}")).json()["items"] == []


async def test_who_is_no_administrator_manages_nobody(office: Office) -> None:
    target = office.world.north.users[Role.DRIVER].id
    for role in set(Role) - {Role.ADMIN}:
        browser = await office.browser(office.world.north.users[role])
        assert (await browser.get("/api/users")).status_code == 403, role
        assert (await browser.get("/api/phones")).status_code == 403, role
        assert (await browser.post(f"/api/users/{target}/start-password", json={})).status_code == 403, role
        assert (await send(browser, "user.deactivate", target)).status_code == 403, role


async def test_a_user_seen_lately_says_when(office: Office) -> None:
    browser = await office.visitor()
    await sign_in(browser, "driver.norr")
    target = office.world.north.users[Role.DRIVER].id
    assert (await office.admin.get(f"/api/users/{target}")).json()["last_seen"] is not None
