"""The planner's rounds: a day's round made from the queue by keyboard alone, dragged by hand, and read by others."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.accessibility import Inspector
from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import Faults, sign_in

ROUND = "Boden prov"
READY = 2
"""Deliveries and pick-ups that the test takes from the queue."""


async def test_a_round_is_planned_by_keyboard_alone(server: DemoServer, desk: Opened) -> None:
    faults, inspector = Faults(), Inspector()
    page = faults.watch(await sign_in(await desk(reduced_motion="reduce"), "planerare", path="/office/rounds"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Rundor")
    # The day's first round is open already.
    await expect(_stops(page)).not_to_have_count(0)
    await inspector.look(page, "rundor", field=False)
    await photograph(page, "rundor")

    await page.keyboard.press("n")
    await expect(page.get_by_role("textbox", name="Namn")).to_be_focused()
    await page.keyboard.type(ROUND)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=2, name=ROUND)).to_be_visible()
    await expect(page.get_by_role("heading", name="Rundan har inga stopp")).to_be_visible()
    await _fill_from_queue(page)

    await page.keyboard.press("p")
    refusal = page.get_by_role("alert").filter(has_text="bil")
    await expect(refusal).to_be_visible()
    await inspector.look(page, "rundor, nekad", field=False)
    await _choose_crew(page, refusal)
    await page.keyboard.press("p")
    await expect(page.get_by_role("status").filter(has_text="Rundan är publicerad.")).to_be_visible()

    first, second = await _names(page)
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", level=2, name="Stopp 1 av 2")).to_be_visible()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(_stops(page).first).to_contain_text(second)
    # The hand stays on the stop that it moves.
    await expect(page.locator("[data-stop]").nth(1).get_by_role("link")).to_be_focused()
    await expect(page.get_by_role("status").filter(has_text="Stoppet ligger nu som 2 av 2")).to_have_count(1)

    await page.keyboard.press("f")
    await expect(page.get_by_role("heading", name="Förslag på ordning")).to_be_focused()
    await expect(page.get_by_text("uppskattad").first).to_be_visible()
    await inspector.look(page, "rundor, förslag", field=False)

    rows = await server.rows(
        "select r.state, r.version, s.position, s.contact_name from van_round r join stop s on s.round_id = r.id"
        " where r.name = $1 order by s.position",
        ROUND,
    )
    assert [(row["state"], row["version"], row["contact_name"]) for row in rows] == [
        ("published", 2, second),
        ("published", 2, first),
    ], "each change of a published list is a version"
    await expect(page.get_by_text("Föraren har inte tagit emot version 2 än")).to_be_visible()
    assert inspector.faults == []
    assert faults.seen == []


async def test_the_day_is_planned_looked_at_and_taken(server: DemoServer, desk: Opened) -> None:
    """From the button to the rounds: the search tells how far it is, what would change is shown, one press takes it."""
    faults, inspector = Faults(), Inspector()
    page = faults.watch(await sign_in(await desk(reduced_motion="reduce"), "planerare", path="/office/rounds"))
    await expect(_stops(page)).not_to_have_count(0)
    await page.keyboard.press("d")
    plan = page.get_by_role("dialog")
    await expect(plan).to_contain_text("Inget ändras förrän du tar det.")
    # Its search is stopped when one cancels, and one may ask again.
    await plan.get_by_role("radio", name="30 s").check()
    await plan.get_by_role("button", name="Föreslå plan").click()
    await expect(plan.get_by_role("progressbar")).to_be_visible()
    await plan.get_by_role("button", name="Avbryt").click()
    await plan.get_by_role("radio", name="2 s", exact=True).check()
    await plan.get_by_role("button", name="Föreslå plan").click()
    keep = plan.get_by_role("button", name="Behåll som det är")
    await expect(keep).to_be_visible(timeout=30_000)
    await expect(plan).to_contain_text("Restider: uppskattade efter avståndet")
    await inspector.look(page, "rundor, plan", field=False)
    await photograph(page, "rundor-plan")
    take = plan.get_by_role("button", name="Gör så här", exact=True)
    await (take if await take.count() else keep).click()
    await expect(plan).to_have_count(0)
    states = [row["state"] for row in await server.rows("select state from day_plan order by made_at")]
    assert states[0] == "cancelled"
    assert states[1] in {"taken", "done"}
    assert inspector.faults == []
    assert faults.seen == []


async def test_a_stop_is_dragged_and_a_lost_answer_makes_nothing_twice(server: DemoServer, desk: Opened) -> None:
    faults = Faults()
    page = faults.watch(await sign_in(await desk(reduced_motion="reduce"), "planerare", path="/office/rounds"))
    await page.get_by_role("link", name="Boden förmiddag").click()
    await expect(page.get_by_role("heading", level=2, name="Boden förmiddag")).to_be_visible()
    before = await _names(page)
    # The first answer is lost on the way back: the order is said not to be saved, and read again as the server has it.
    await page.route("**/api/commands/round.sequence", _lose_answer, times=1)
    await _drag(page, 0, 2)
    after = [before[1], before[2], before[0], *before[3:]]
    await expect(page.get_by_role("alert").filter(has_text="Ordningen kunde inte sparas")).to_be_visible()
    await expect(_stops(page).first).to_contain_text(after[0])
    assert await _names(page) == after, "the server had it, and shows it"

    # The list shows the new order at once; the server has it when it has answered.
    async with page.expect_response("**/api/commands/round.sequence"):
        await _drag(page, 2, 0)
    await expect(_stops(page).first).to_contain_text(before[0])
    assert await _names(page) == before
    (count,) = await server.rows(
        "select count(*) as n from command_log where type = 'round.sequence' and aggregate ="
        " (select id from van_round where name = 'Boden förmiddag')"
    )
    assert count["n"] == 2
    assert faults.seen == []


async def test_those_who_only_read_see_goods_and_towns_and_nobody(
    server: DemoServer, desk: Opened, phone: Opened
) -> None:
    people = await server.rows(
        "select contact_name, street from stop where round_id is not null and person_id is not null"
    )
    assert people
    for who in ("tekniker", "lager"):
        page = await sign_in(await desk(), who, path="/office/rounds")
        await expect(_stops(page)).not_to_have_count(0)
        await _stops(page).first.get_by_role("link").click()
        await expect(page.get_by_role("heading", level=2, name=re.compile("^Stopp 1 av"))).to_be_visible()
        seen = await page.locator("main").inner_text()
        assert not [row for row in people if row["contact_name"] in seen or row["street"] in seen]
        for action in ("Ny runda", "Publicera", "Föreslå ordning", "Ta av från rundan", "Lägg till på rundan"):
            await expect(page.get_by_role("button", name=action)).to_have_count(0)
        await page.context.close()

    inspector = Inspector()
    small = await sign_in(await phone(reduced_motion="reduce"), "planerare", path="/office/rounds")
    await expect(small.get_by_role("button", name="Ny runda")).to_be_visible()
    await inspector.look(small, "rundor")
    await small.get_by_role("link", name="Boden förmiddag").tap()
    await expect(small.get_by_role("heading", level=1)).to_have_text("Boden förmiddag")
    await inspector.look(small, "runda")
    await _stops(small).first.get_by_role("link").tap()
    await expect(small.get_by_role("heading", level=1)).to_have_text(re.compile("^Stopp 1 av"))
    await inspector.look(small, "stopp på runda")
    await small.get_by_role("button", name="Tillbaka").tap()
    await small.get_by_role("button", name="Lägg till från kön").tap()
    await expect(small.get_by_role("heading", level=1)).to_have_text("Kön")
    await inspector.look(small, "kön")
    assert inspector.faults == []


def _stops(page: Page) -> Locator:
    return page.get_by_role("list", name="Stopp i körordning").get_by_role("listitem")


async def _names(page: Page) -> list[str]:
    """Who is on the round, in order."""
    links = await _stops(page).get_by_role("link").all_inner_texts()
    return [words.partition(":")[2].strip() for words in links]


async def _fill_from_queue(page: Page) -> None:
    await page.keyboard.press("q")
    boxes = page.get_by_role("checkbox")
    await expect(boxes.first).to_be_focused()
    for box in range(READY):
        await page.keyboard.press("Space")
        await expect(boxes.nth(box)).to_be_checked()
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("a")
    await expect(_stops(page)).to_have_count(READY)


async def _choose_crew(page: Page, refusal: Locator) -> None:
    """The refusal leads to where it is put right."""
    await refusal.get_by_role("button", name="Välj bil och förare").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="Namn")).to_be_focused()
    for name in ("Bil", "Förare"):
        choice = page.get_by_role("combobox", name=name)
        await expect(choice.get_by_role("option")).not_to_have_count(1)
        await choice.focus()
        await page.keyboard.press("ArrowDown")
        await expect(choice).not_to_have_value("")
    await page.get_by_role("textbox", name="Namn").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def _drag(page: Page, start: int, end: int) -> None:
    """Take a stop by its handle and put it where another one lies."""
    grip = _stops(page).nth(start).get_by_role("button", name=re.compile("^Dra stopp"))
    # Playwright waits with a hover until the list stands still: what is read anew moves it.
    await grip.hover()
    held, goal = await grip.bounding_box(), await _stops(page).nth(end).bounding_box()
    assert held is not None
    assert goal is not None
    x = held["x"] + held["width"] / 2
    edge = goal["y"] + (goal["height"] - 2 if end > start else 2)
    await page.mouse.down()
    await page.mouse.move(x, edge, steps=5)
    await page.mouse.up()


async def _lose_answer(route: Route) -> None:
    await route.fetch()
    await route.abort()
