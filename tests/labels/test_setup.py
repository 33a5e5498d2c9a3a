"""Templates and profiles as a region's data: what is refused at save and why, and a profile that corrects itself."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import msgspec
import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
import pytest
from PIL import Image

from app.identity.actor import Role
from labels.checks import require_printable, sample_label
from labels.files import PdfMaker
from labels.profiles import CROSS_MM, PrintProfile, as_profile, calibrated, calibration_sheet
from labels.sentences import SENTENCES, LabelFault
from labels.standard import PROFILES, TEMPLATES
from labels.template import DEFAULT_TEMPLATE
from tests.labels.conftest import Shop
from tests.support.builders import make_device

SHEET_ID, SHEET = next((one, profile) for one, profile in PROFILES.items() if profile.places == 24)


def template_body(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(DEFAULT_TEMPLATE)
    return {"template": {**body, "name": "Liten", **changes}}


def profile_body(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(SHEET)
    return {"profile": {**body, "name": "Nytt ark", **changes}}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.name)
@pytest.mark.parametrize("owner", ["", "Länsservice Boden", "Hjälpmedelskonsulenternas centrum i Örnsköldsvik"])
def test_every_built_in_template_can_be_printed_with_the_longest_names(template: Any, owner: str) -> None:
    host = "https://hjalpmedel.example.se"
    require_printable(template, [sample_label(template, host, owner, "Felanmälan 0921-000 00 00")])


async def test_the_set_up_of_a_region(shop: Shop) -> None:
    setup = (await shop.planner.get("/api/labels/setup")).json()
    assert {item["template"]["kind"] for item in setup["templates"]} == {
        "device",
        "next_pm",
        "return",
        "contaminated",
        "deviation",
        "load_carrier",
        "shelf",
    }
    assert {item["profile"]["medium"] for item in setup["profiles"]} == {"sheet", "roll", "tape"}
    assert all(item["rv"] is None for item in setup["templates"] + setup["profiles"])


async def test_a_template_of_ones_own_is_saved_changed_retired_and_the_regions_own(shop: Shop) -> None:
    new = uuid4()
    saved = await shop.send("label.save_template", template_body(qr_mm=26, height_mm=33), new)
    assert saved.status_code == 200, saved.text
    rv = saved.json()["result"]["rv"]
    listed = (await shop.planner.get("/api/labels/setup")).json()["templates"]
    mine = next(item for item in listed if item["id"] == str(new))
    assert (mine["template"]["qr_mm"], mine["rv"]) == (26, rv)
    stale = await shop.send("label.save_template", template_body(height_mm=34), new, rv=rv - 1)
    assert (stale.status_code, stale.json()["code"]) == (409, "label.changed_meanwhile")
    retired = await shop.send("label.save_template", {**template_body(), "retired": True}, new, rv=rv)
    assert retired.status_code == 200
    listed = (await shop.planner.get("/api/labels/setup")).json()["templates"]
    assert str(new) not in {item["id"] for item in listed}


async def test_a_built_in_template_can_be_changed_by_its_id(shop: Shop) -> None:
    built_in = next(one for one, template in TEMPLATES.items() if template.kind == "contaminated")
    body = msgspec.to_builtins(TEMPLATES[built_in])
    saved = await shop.send("label.save_template", {"template": {**body, "title": "ORENT GODS"}}, built_in)
    assert saved.status_code == 200, saved.text
    listed = (await shop.planner.get("/api/labels/setup")).json()["templates"]
    assert [item["template"]["title"] for item in listed if item["id"] == str(built_in)] == ["ORENT GODS"]
    assert len(listed) == len(TEMPLATES)


async def test_what_cannot_be_printed_or_read_is_refused_with_the_remedy(shop: Shop) -> None:
    """SR-37: 12 mm cannot carry this address; the sentence says which size can."""
    refusals = {
        "label.qr_too_small": template_body(qr_mm=12),
        "label.qr_too_high": template_body(qr_mm=40),
        "label.qr_too_wide": template_body(qr_mm=28, width_mm=29),
        "label.qr_missing": template_body(qr_mm=0),
        "label.size_out_of_range": template_body(width_mm=301),
        "label.field_twice": template_body(fields=["number", "number"]),
        "label.field_of_other_kind": template_body(fields=["month"]),
        "label.bars_too_narrow": template_body(width_mm=36, fields=["code128"]),
        "label.text_too_long": template_body(width_mm=31),
        "label.name_taken": template_body(name=DEFAULT_TEMPLATE.name.upper()),
        "label.character_unknown": template_body(fields=["number", "notes"], notes=["Hjälp 🦽"]),
    }
    for code, body in refusals.items():
        answer = await shop.send("label.save_template", body, uuid4())
        assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text
        assert answer.json()["detail"].endswith(".")
    small = await shop.send("label.save_template", template_body(qr_mm=12.5), uuid4())
    assert small.json()["detail"].startswith("12,5 mm är för litet för den här adressen: välj minst 2")
    preview = await shop.planner.post("/api/labels/preview", json=template_body(qr_mm=12))
    assert (preview.status_code, preview.json()["code"]) == (422, "label.qr_too_small")


async def test_the_smallest_size_named_is_accepted(shop: Shop) -> None:
    refused = await shop.send("label.save_template", template_body(qr_mm=12), uuid4())
    needed = int(refused.json()["detail"].split("minst ")[1].split(" ")[0])
    accepted = await shop.send("label.save_template", template_body(qr_mm=needed), uuid4())
    assert accepted.status_code == 200, accepted.text


async def test_a_preview_is_a_picture_in_colour(shop: Shop) -> None:
    deviation = next(template for template in TEMPLATES.values() if template.kind == "deviation")
    body = {"template": msgspec.to_builtins(deviation), "text": "<b>&\\n^XA"}
    answer = await shop.planner.post("/api/labels/preview", json=body)
    assert answer.headers["content-type"] == "image/png", answer.text
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    red, green, blue = picture.getpixel((picture.width // 2, round(picture.height * 0.08)))  # type: ignore[misc]
    assert red > 150
    assert max(green, blue) < 60


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rows": 9}, "label.sheet_overflows"),
        ({"columns": 4}, "label.sheet_overflows"),
        ({"left_mm": 20}, "label.sheet_overflows"),
        ({"pitch_x_mm": 60}, "label.sheet_overlaps"),
        ({"pitch_y_mm": 0}, "label.sheet_overlaps"),
        ({"label_width_mm": 900, "columns": 1}, "label.sheet_overflows"),
        ({"name": "a4, 24 etiketter 70 × 37 mm"}, "label.name_taken"),
    ],
)
async def test_an_unusable_profile_is_refused(shop: Shop, changes: dict[str, Any], code: str) -> None:
    answer = await shop.send("label.save_profile", profile_body(**changes), uuid4())
    assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text


@pytest.mark.parametrize(
    "changes", [{"dpi": 20}, {"dpi": 9999}, {"rows": 0}, {"page_width_mm": -1}, {"offset_x_mm": 99}]
)
async def test_a_printer_description_that_lies_is_refused(shop: Shop, changes: dict[str, Any]) -> None:
    assert (await shop.send("label.save_profile", profile_body(**changes), uuid4())).status_code == 400


async def test_a_template_larger_than_the_paper_is_refused_before_anything_is_issued(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    large = next(str(one) for one, template in TEMPLATES.items() if template.width_mm == 101)
    roll = next(str(one) for one, profile in PROFILES.items() if profile.medium == "roll")
    answer = await shop.send("label.print", {"numbers": ["104901"], "template_id": large, "profile_id": roll})
    assert (answer.status_code, answer.json()["code"]) == (409, "label.larger_than_paper")
    assert "101 × 54 mm" in answer.json()["detail"]
    shelf = next(str(one) for one, template in TEMPLATES.items() if template.kind == "shelf")
    wrong = await shop.send("label.print", {"numbers": ["104901"], "template_id": shelf})
    assert wrong.json()["code"] == "label.not_of_this_kind"


def picture_of(pdf: bytes, dpi: int = 300) -> Image.Image:
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil()
    assert isinstance(picture, Image.Image)
    return picture.convert("L")


def moved(picture: Image.Image, right_mm: float, down_mm: float, dpi: int = 300) -> Image.Image:
    """What a printer makes that feeds the paper askew."""
    paper = Image.new("L", picture.size, 255)
    paper.paste(picture, (round(right_mm / 25.4 * dpi), round(down_mm / 25.4 * dpi)))
    return paper


def crosses_measured(picture: Image.Image, dpi: int = 300) -> tuple[float, float]:
    """A ruler: the upright of cross 1 at half the paper's height, the bar of cross 2 at half its width, in mm."""
    middle_x, middle_y = picture.width // 2, picture.height // 2
    window = round(20 / 25.4 * dpi)
    start = round(CROSS_MM / 25.4 * dpi) - window

    def darkest(lines: list[bytes]) -> float:
        return (start + min(range(len(lines)), key=lambda index: sum(lines[index]))) / dpi * 25.4

    arm = round(15 / 25.4 * dpi)
    upright = [
        picture.crop((start + x, middle_y - arm, start + x + 1, middle_y + arm)).tobytes() for x in range(2 * window)
    ]
    bar = [
        picture.crop((middle_x - arm, start + y, middle_x + arm, start + y + 1)).tobytes() for y in range(2 * window)
    ]
    return darkest(upright), darkest(bar)


@pytest.mark.parametrize(("right", "down"), [(2.4, -1.5), (-6.0, 9.0), (0.0, 0.0)])
def test_two_numbers_bring_every_label_into_its_place(right: float, down: float) -> None:
    """Print the sheet askew, measure the crosses, correct, print labels equally askew: they land within 0.2 mm."""
    measured = crosses_measured(moved(picture_of(calibration_sheet(SHEET)), right, down))
    corrected = calibrated(SHEET, *measured)
    assert (corrected.offset_x_mm, corrected.offset_y_mm) == pytest.approx((-right, -down), abs=0.15)
    template = next(one for one in TEMPLATES.values() if one.kind == "next_pm" and one.width_mm == 70)
    labels = [sample_label(template, "a.example", "", "")] * 24

    def top_left_of_ink(profile: PrintProfile) -> tuple[int, int]:
        maker = PdfMaker(template, profile)
        picture = picture_of(maker.add(labels) + maker.end())
        place = moved(picture, right, down) if profile is corrected else picture
        # One in the middle: what is moved over the paper's edge is lost to any printer.
        left, top, right_edge, bottom = (round(length / 25.4 * 300) for length in (70, 111.5, 140, 148.5))
        cell = place.crop((left, top, right_edge, bottom))
        box = cell.point(lambda value: 255 - value).getbbox()
        assert box is not None
        return box[0], box[1]

    ours, wanted = top_left_of_ink(corrected), top_left_of_ink(SHEET)
    assert max(abs(a - b) for a, b in zip(ours, wanted, strict=True)) <= 0.2 / 25.4 * 300 + 1


async def test_calibration_is_stored_and_the_same_numbers_twice_correct_once(shop: Shop) -> None:
    sheet = await shop.planner.get(f"/api/labels/calibration/{SHEET_ID}")
    assert sheet.content.startswith(b"%PDF")
    for _ in range(2):
        answer = await shop.send("label.calibrate", {"measured_left_mm": 52.4, "measured_top_mm": 48.5}, SHEET_ID)
        assert answer.json()["result"]["offset_x_mm"] == -2.4
    listed = (await shop.planner.get("/api/labels/setup")).json()["profiles"]
    mine = next(item for item in listed if item["id"] == str(SHEET_ID))
    assert (mine["profile"]["offset_x_mm"], mine["profile"]["offset_y_mm"]) == (-2.4, 1.5)
    far = await shop.send("label.calibrate", {"measured_left_mm": 20, "measured_top_mm": 50}, SHEET_ID)
    assert (far.status_code, far.json()["code"]) == (409, "label.profile_too_far_off")
    assert (
        await shop.send("label.calibrate", {"measured_left_mm": 50, "measured_top_mm": 50}, uuid4())
    ).status_code == 404


async def test_a_technician_prints_but_does_not_change_templates(shop: Shop) -> None:
    for name, body in (("label.save_template", template_body()), ("label.save_profile", profile_body())):
        assert (await shop.send(name, body, uuid4(), role=Role.TECHNICIAN)).status_code == 403
    assert (await shop.clients[Role.TECHNICIAN].get("/api/labels/setup")).status_code == 200
    assert (await shop.clients[Role.DRIVER].get("/api/labels/setup")).status_code == 403


async def test_labels_without_a_token_look_up_what_they_say(shop: Shop) -> None:
    from datetime import date

    await make_device(shop.north, number="104901", next_pm=date(2027, 5, 1))
    await make_device(shop.world.south, number="104999")
    by_kind = {template.kind: str(one) for one, template in TEMPLATES.items()}

    async def text_of(kind: str, *items: dict[str, Any]) -> Any:
        answer = await shop.planner.post("/api/labels/plain", json={"template_id": by_kind[kind], "items": items})
        if answer.status_code != 200:
            return answer
        document = pypdfium2.PdfDocument(answer.content)
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)

    month = await text_of("next_pm", {"code": "104901"}, {"code": "104901", "month": "2028-11"}, {})
    assert "2027-05" in month
    assert "2028-11" in month
    assert "20__ - __" in month
    lone = await text_of("return", {"code": "K-104901"})
    assert "K-104901" in lone
    assert "Lyft Provia" in lone
    assert "Rullbur 7" in await text_of("load_carrier", {"code": "LB-07", "text": "Rullbur 7"})
    for kind in ("next_pm", "return", "deviation", "contaminated"):
        for stranger in ("104999", "999999"):
            assert (await text_of(kind, {"code": stranger})).status_code == 404
            refused = await text_of(kind, {"code": "104901"}, {"code": stranger})
            assert (refused.status_code, refused.json()["code"]) == (409, "label.unknown_numbers"), kind
    assert (await text_of("device", {"code": "104901"})).status_code == 404


def test_every_fault_says_it_in_both_languages() -> None:
    fault = LabelFault("label.qr_too_small", side=12.5, needed=21)
    assert fault.swedish == "12,5 mm är för litet för den här adressen: välj minst 21 mm eller ett kortare värdnamn."
    assert fault.english == "12.5 mm is too small for this address: choose at least 21 mm or a shorter host name."
    assert all(code.startswith("label.") for code in SENTENCES)


def test_a_profile_document_is_checked_when_it_becomes_a_profile() -> None:
    with pytest.raises(LabelFault):
        as_profile(msgspec.structs.replace(SHEET, rows=1, columns=1, label_height_mm=500.0))
