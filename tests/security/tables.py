"""What must happen on every route and command, for every role (SR-05). What a table does not say is denied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import httpx

from app.database import execute
from tests.security.house import LETTERS, House

EVERYONE: Final = "TDPCRWAX"
OBJECTS: Final = ("own", "other", "foreign", "missing")


@dataclass(frozen=True)
class Row:
    """What is expected of one route.

    Attributes:
        roles: letters of the roles that may call it; "public" and "phone" are routes without a session.
        ok: status of an allowed call on an own object.
        other: roles that reach the other team's and the other prescriber's object too.
        missing: status of an allowed call on what is not there or not theirs; 0 for a route without an object.
    """

    roles: str
    ok: int = 200
    other: str = ""
    missing: int = 0


#: The routes that are not commands.
ROUTES: Final[dict[str, Row]] = {
    "health": Row("public"),
    "sign_in": Row("public", ok=401),
    "read_session": Row(EVERYONE),
    "sign_out": Row(EVERYONE, ok=204),
    "change_password": Row(EVERYONE, ok=400),
    "choose_language": Row(EVERYONE),
    "list_teams": Row("TPCX"),
    "list_technicians": Row("TPCX"),
    "find_devices": Row("TPCRWD", other="TPCWD", missing=200),
    "get_device": Row("TPCRWD", other="TPCWD", missing=404),
    "get_device_history": Row("TPCW", other="TPCW", missing=404),
    "get_device_chain": Row("PC", other="PC", missing=404),
    "get_service_levels": Row("PC"),
    "get_service_levels_file": Row("PC"),
    "find_recalled": Row("PC", other="PC", missing=404),
    "get_recall_file": Row("PC", other="PC", missing=404),
    "find_articles": Row("TPCRW"),
    "find_persons": Row("PCR", other="PC", missing=200),
    "get_number_kind": Row("TPCRW", other="TPCW", missing=200),
    "find_parties": Row("PCRX"),
    "find_locations": Row("TPCWD"),
    "recipient_aids": Row("PCR", other="PC", missing=404),
    "list_customer_orders": Row("PCRW"),
    "get_customer_order": Row("PCRW", other="PCW", missing=404),
    "list_pickup_orders": Row("PCRW"),
    "get_pickup_order": Row("PCRW", other="PCW", missing=404),
    "list_returns": Row("TPCW"),
    "get_return": Row("TPCW", other="TPCW", missing=404),
    "list_stock_counts": Row("TPCWD"),
    "get_stock_count": Row("TPCWD", other="TPCWD", missing=404),
    "list_purchases": Row("PCW"),
    "get_purchase": Row("PCW", other="PCW", missing=404),
    "list_safety_notices": Row("TPCW"),
    "get_safety_notice": Row("TPCW", other="TPCW", missing=404),
    "get_device_index": Row("TDPCW", ok=404),
    "get_device_index_deltas": Row("TDPCW"),
    "list_users": Row("X"),
    "get_user": Row("X", other="X", missing=404),
    "make_start_password": Row("X", ok=409, other="X", missing=404),
    "list_phones": Row("X"),
    "list_messages": Row(EVERYONE),
    "subscribe": Row(EVERYONE, ok=201),
    "drop_subscription": Row(EVERYONE, ok=204),
    "push_key": Row(EVERYONE),
    "print_label": Row("TPCW", other="TPCW", missing=404),
    "get_label_setup": Row("TPCW"),
    "find_label_candidates": Row("TPCW", other="TPCW", missing=200),
    "list_label_prints": Row("TPCW"),
    "get_missing_labels": Row("TPCW", ok=404),  # whose print: tests/labels/test_printing.py
    "get_label_file": Row("TPCW", ok=404),  # whose print: tests/labels/test_printing.py
    "print_plain_labels": Row("TPCW", other="TPCW", missing=404),
    "print_return_label": Row("TPCRWD", other="TPCWD", missing=404),
    "preview_label": Row("TPCW"),
    "get_calibration_sheet": Row("TPCW"),
    "resolve_scan": Row("TPCRWD", other="TPCWD", missing=200),
    "get_reference": Row(EVERYONE, ok=404),
    "read_triage": Row("TPC"),
    "read_technician_day": Row("TPC"),
    "list_alike_devices": Row("TPC", other="PC", missing=404),
    "list_work_orders": Row("TPCR", other="PC", missing=200),
    "get_work_order": Row("TPCR", other="PC", missing=404),
    "get_protocol_paper": Row("TPCR", ok=404, other="PC", missing=404),  # whose: tests/field/maintenance
    "list_order_attachments": Row("TPC", other="PC", missing=404),
    "get_order_attachment": Row("TPC", other="PC", missing=404),
    "register_sync_device": Row(EVERYONE, ok=201),
    "sync_push": Row("phone", ok=202, missing=400),
    "sync_pull": Row(EVERYONE, missing=404),
    "sync_events": Row(EVERYONE),
    "get_seal_key": Row(EVERYONE),
    "get_vault_key": Row(EVERYONE, ok=404),  # whose phone: tests/offline_sync/test_vault.py
    "carry_sealed": Row(EVERYONE),  # whose work it is: tests/offline_sync/test_carrying.py
    "import_unsent_file": Row("PC", ok=422),
    "account_of_day": Row(EVERYONE, ok=404),  # whose phone: tests/offline_sync/test_day_account.py
    "list_due": Row("TPC"),
    "get_template_fhir": Row("TPC"),
    "list_unfinished_maintenance": Row("TPC"),
    "list_maintenance_plans": Row("TPC"),
    "list_maintenance_runs": Row("TPC"),
    "propose_maintenance_run": Row("PC", ok=400),
    "list_rounds": Row("TPCW"),
    "get_round_queue": Row("TPCW"),
    "get_round": Row("TPCW", other="TPCW", missing=404),
    "list_drivers": Row("TPCW"),
    "get_round_schedule": Row("TPCW"),
    "get_dispatch_day": Row("PCRW", other="PCW", missing=404),
    "get_round_times": Row("TPCW", other="TPCW", missing=404),
    "list_round_versions": Row("TPCW", other="TPCW", missing=404),
    "get_day_map": Row("PC"),
    "print_round_sheets": Row("PC", other="PC", missing=404),
    "list_plans": Row("PC"),
    "get_plan": Row("PC", other="PC", missing=404),
    "list_vans": Row("TPCW"),
    "find_addresses": Row("PCR"),
    "get_custody": Row("PCWD", other="PCWD", missing=404),
    "get_delivery_proof": Row("PC", ok=404),  # whose proof: tests/routing/rounds/test_proof_pdf.py
    "propose_round_order": Row("PC", ok=409, other="PC", missing=404),
    "list_reviews": Row("TPC"),
    "list_push_choices": Row(EVERYONE),
    "read_sync_health": Row("PCX"),
    "read_review_content": Row("PC", other="PC", missing=404),
    "public_form": Row("public"),
    "submit_fault_report": Row("public", ok=201),
    "put_fault_report_photo": Row("public", ok=404),
    "fault_report_status": Row("public", ok=404),
    "subscribe_to_fault_report": Row("public", ok=404),
    "public_push_key": Row("public"),
    "list_fault_reports": Row("TPCR"),
    "get_fault_report": Row("TPCR", other="TPC", missing=404),
    "get_fault_report_photo": Row("TPCR", other="TPC", missing=404),
    "put_blob": Row("phone", ok=200, missing=404),
    "read_blob_state": Row("phone", missing=404),
    "resume_blob": Row("phone", ok=200, missing=404),
}

#: The generated command routes. From the office a command on what is not there or not theirs is 404.
COMMANDS: Final[dict[str, Row]] = {
    "message.read": Row(EVERYONE, other=EVERYONE, missing=200),
    "message.put_away": Row(EVERYONE, other=EVERYONE, missing=200),
    "message.choose_push": Row(EVERYONE, other=EVERYONE, missing=200),
    "work_order.register": Row("TPCR", other="TPC", missing=409),
    "work_order.correct": Row("PC", other="PC", missing=404),
    "work_order.assess": Row("TPC", other="PC", missing=404),
    "work_order.assign": Row("TPC", other="PC", missing=404),
    "work_order.book": Row("TPC", other="PC", missing=404),
    "work_order.contact": Row("TPC", other="PC", missing=404),
    "work_order.notify": Row("TPC", other="PC", missing=404),
    "work_order.will_miss": Row("TPC", other="PC", missing=404),
    "work_order.supplier": Row("TPC", other="PC", missing=404),
    "work_order.reserve": Row("TPC", other="PC", missing=404),
    "work_order.refer": Row("T", missing=404),
    "work_order.exchange": Row("T", ok=409, missing=404),  # what it does: tests/field/work_orders/test_exchanges.py
    "work_order.deviation": Row("T", missing=404),
    "van_stock.choose": Row("T", other="T", missing=409),
    "van_stock.fill": Row("T", other="T", missing=404),
    "work_order.start": Row("T", missing=404),
    "work_order.wait": Row("T", missing=404),
    "work_order.resume": Row("T", missing=404),
    "work_order.report": Row("T", missing=404),
    "work_order.close": Row("T", missing=404),
    "work_order.cancel": Row("TPC", other="PC", missing=404),
    "work_order.undo": Row("TPC", ok=409, other="PC", missing=404),
    "customer_order.register": Row("PCR", other="PC", missing=409),
    "customer_order.assign_device": Row("PCW", other="PCW", missing=404),
    "customer_order.send": Row("PCW", ok=409, other="PCW", missing=404),
    "customer_order.receive": Row("PCW", ok=409, other="PCW", missing=404),
    "customer_order.cancel": Row("PCR", other="PC", missing=404),
    "pickup_order.register": Row("PCR", other="PC", missing=409),
    "pickup_order.execute_return": Row("PCR", other="PC", missing=409),
    "pickup_order.cancel": Row("PCR", other="PC", missing=404),
    "pickup_order.arrive": Row("PCW", other="PCW", missing=404),
    "return.take_in": Row("TPCW", other="TPCW", missing=404),
    "return.receive": Row("TPCW", other="TPCW", missing=404),
    "return.cleaned": Row("TPCW", other="TPCW", missing=404),
    "return.inspect": Row("TPCW", other="TPCW", missing=404),
    "return.buy_back": Row("TPCW", other="TPCW", missing=404),
    "user.invite": Row("X", other="X", missing=200),
    "user.change": Row("X", other="X", missing=404),
    "user.set_roles": Row("X", other="X", missing=404),
    "user.deactivate": Row("X", other="X", missing=404),
    "user.reactivate": Row("X", other="X", missing=404),
    "user.reset_password": Row("X", other="X", missing=404),
    "phone.revoke": Row("X", other="X", missing=404),
    "phone.restore": Row("X", other="X", missing=404),
    "fault_report.decide": Row("TPC", other="TPC", missing=404),
    "review.decide": Row("PC", other="PC", missing=404),
    "round_template.save": Row("PC", other="PC", missing=200),
    "round_template.retire": Row("PC", other="PC", missing=404),
    "round_day.make": Row("PC", ok=409, other="PC", missing=409),
    "delivery_agreement.set": Row("PC", ok=409, other="PC", missing=409),
    "custody.hand_over": Row("PCWD", other="PCWD", missing=404),
    "round.create": Row("PC", other="PC", missing=200),
    "round.change": Row("PC", other="PC", missing=404),
    "round.add": Row("PC", ok=409, other="PC", missing=404),
    "round.sequence": Row("PC", other="PC", missing=404),
    "round.take_off": Row("PC", ok=409, other="PC", missing=404),
    "round.publish": Row("PC", ok=409, other="PC", missing=404),
    "plan.start": Row("PC", ok=409, other="PC", missing=409),
    "plan.cancel": Row("PC", ok=200, other="PC", missing=404),
    "plan.take": Row("PC", ok=409, other="PC", missing=404),
    "van.equip": Row("PC", other="PC", missing=404),
    "stop.move": Row("PC", other="PC", missing=404),
    "stop.reopen": Row("PC", ok=409, other="PC", missing=404),
    "stop.change": Row("PC", other="PC", missing=404),
    "purchase.register": Row("PCW", other="PCW", missing=409),
    "purchase.arrive": Row("PCW", other="PCW", missing=404),
    "purchase.cancel": Row("PCW", other="PCW", missing=404),
    "safety_notice.set": Row("PC", other="PC", missing=404),
    "safety_notice.lift": Row("PC", other="PC", missing=404),
    "safety_notice.done": Row("TPCW", other="TPCW", missing=404),
    "device.block": Row("TPCW", other="TPCW", missing=404),
    "device.unblock": Row("TPCW", other="TPCW", missing=404),
    "device.pm_notice": Row("TPC", other="TPC", missing=404),
    "maintenance.set_plan": Row("PC", other="PC", missing=409),
    "maintenance.end_plan": Row("PC", other="PC", missing=404),
    "maintenance.notify": Row("PC", other="PC", missing=404),
    "maintenance.no_contact": Row("PC", other="PC", missing=404),
    "maintenance.tell_prescriber": Row("PC", other="PC", missing=404),
    "maintenance.book": Row("PC", other="PC", missing=404),
    "maintenance.waive": Row("PC", other="PC", missing=404),
    "maintenance.dispose": Row("TPC", other="TPC", missing=404),
    "maintenance.label": Row("TPC", other="TPC", missing=404),
    "maintenance_run.publish": Row("PC", other="PC", missing=404),
    "maintenance_run.withdraw": Row("PC", other="PC", missing=404),
    "stock_count.record": Row("TPCWD", other="TPCWD", missing=404),
    "stock_count.adjust": Row("PCW", other="PCW", missing=404),
    "label.print": Row("TPCW", other="TPCW", missing=404),
    "label.finish": Row("TPCW", ok=409, other="TPCW", missing=404),
    "label.verify": Row("TPCW", ok=409, other="TPCW", missing=404),
    "label.discard": Row("TPCW", other="TPCW", missing=404),
    "label.claim": Row("TPCW", other="TPCW", missing=404),
    "label.save_template": Row("PCW", other="PCW", missing=200),
    "label.save_profile": Row("PCW", other="PCW", missing=200),
    "label.calibrate": Row("PCW", other="PCW", missing=404),
}

#: Routes of the framework that the document does not name: address -> who may read it.
UNLISTED: Final = {"/schema": EVERYONE, "/schema/openapi.json": EVERYONE}


def visible(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """All that a caller can compare, but for the request's id and the time."""
    headers = {key: value for key, value in answer.headers.items() if key not in {"x-request-id", "date", "set-cookie"}}
    return answer.status_code, answer.content, headers


#: The review items whose content is asked for.
REVIEW_IDS: Final = {"own": uuid4(), "other": uuid4(), "foreign": uuid4(), "missing": uuid4()}


async def make_review(house: House, target: str, author: UUID | None = None, review_id: UUID | None = None) -> UUID:
    """An open review item about an order."""
    place = house.places[target]
    region = house.world.south if target == "foreign" else house.north
    command, item = uuid4(), review_id or uuid4()
    await execute(
        "insert into command_log (id, region_id, author, type, v, payload_raw, payload_sha256, at, at_est, aggregate,"
        " verdict, code) values ($1, $2, $3, 'work_order.close', 1, '{}', '\\x00', now(), now(), $4, 'recorded', 'x')",
        command,
        region.region_id,
        author or region.users[LETTERS["T"]].id,
        place.order.id,
    )
    await execute(
        "insert into review_item (id, region_id, command_id, subject_kind, subject_id, reason)"
        " values ($1, $2, $3, 'work_order', $4, 'work_order.cancelled_meanwhile')",
        item,
        region.region_id,
        command,
        place.order.id,
    )
    return item
