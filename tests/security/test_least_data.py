"""SR-24: which keys each read answers and each row on a phone has, and which of them hold a patient's data for whom.

A new key fails until it stands in the tables below, and a role that sees more of a patient than its row says fails too.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest_asyncio

from app.database import Database, execute, fetch_value
from field.protocols import load_templates, template_hash
from labels.device_index.builder import build_indexes
from tests.security.attachments import make_attachments
from tests.security.flag_bodies import flag_own, make_notice, make_purchase
from tests.security.house import CANARIES, LETTERS, House, canaries, local_day, open_house, operations
from tests.security.logistics_bodies import make_logistics
from tests.security.maintenance_bodies import maintain_own
from tests.security.report_bodies import REPORT_IDS, make_report, tracking_of
from tests.security.return_bodies import make_desk
from tests.security.round_bodies import fill_rounds
from tests.security.stock_bodies import make_count, make_van
from tests.support.builders import close_args, make_article, time_entry
from tests.support.phone import Phone

_HIT: Final = """
    article_name assessed_place assessed_priority assessment_final assigned_to assigned_to.id assigned_to.name
    booked_from booked_to device_number duplicates duplicates[].number duplicates[].state duplicates[].type expired
    fault_text gaps id linked_order number planned_on priority proposed_basic_need proposed_place proposed_priority
    proposed_team proposed_team.id proposed_team.name protected reasons reasons[].amount reasons[].booked_after
    reasons[].clock reasons[].due reasons[].kind reasons[].state reasons[].unit reasons[].working_minutes red
    registered_at reports rv state team team.id team.name town type undecided waiting_for
"""


def _hits(*paths: str, without: str = "") -> str:
    """The keys of orders in the inbox, below these paths."""
    wanted = [key for key in _HIT.split() if not without or not key.startswith(without)]
    return " ".join(name for path in paths for name in (path, *(f"{path}[].{key}" for key in wanted)))


#: Every key that a reading route may answer with, for any role. Add a key here when you know whom it tells what.
ROUTE_KEYS: Final[dict[str, str]] = {
    "health": """
        status
    """,
    "read_session": """
        demo pin region region.code region.name user user.customers user.customers[].id user.customers[].name
        user.customers[].number user.id user.language user.must_change_password user.name user.roles user.teams
        user.teams[].id user.teams[].name user.username
    """,
    "list_teams": """
        items items[].id items[].name
    """,
    "list_technicians": """
        items items[].id items[].name items[].open_orders items[].teams
    """,
    "find_devices": """
        items items[].article_name items[].article_number items[].number items[].serial items[].status
    """,
    "get_device": """
        adaptations adaptations[].made_on adaptations[].number adaptations[].safety_note adaptations[].text
        article_expired article_name article_number batch block block.blocked_at block.reason components
        components[].article_number components[].main_number components[].name components[].quantity
        components[].serial holder holder.care_of holder.customer
        holder.entry_code holder.kind holder.name holder.party_number holder.person_id holder.phone holder.postcode
        holder.prescriber_name holder.protected holder.street holder.town holder_label home_location id iso_class
        label_versions label_versions.live label_versions.revoked last_pm next_pm number open_orders
        open_orders[].number open_orders[].priority open_orders[].state open_orders[].team open_orders[].type
        pm_notice pm_notice.given_on pm_notice.how purchased_on safety_notices safety_notices[].action
        safety_notices[].id safety_notices[].reference safety_notices[].text safety_notices[].title scrapped_on serial
        site_restriction status supplier template_ids warranty_to
    """,
    "get_device_history": """
        items items[].at items[].by_name items[].kind items[].ref items[].text items[].what next_cursor
    """,
    "get_device_chain": """
        items items[].ends_at items[].kind items[].name items[].number items[].person_id items[].protected
        items[].starts_at
    """,
    "get_service_levels": """
        kept kept[].event kept[].met kept[].missed kept[].running kept[].team kept[].team_id kept[].week promises
        promises[].amount promises[].event promises[].kind promises[].priorities promises[].share promises[].unit weeks
    """,
    "find_recalled": """
        action all done items items[].article_name items[].article_number items[].batch items[].care_of
        items[].customer items[].device_number items[].done_at items[].done_by_name items[].done_note
        items[].holder_kind items[].name items[].open_order items[].party_number items[].phone items[].place
        items[].postcode items[].prescriber_name items[].protected items[].quantity items[].serial items[].since
        items[].status items[].street items[].town items[].what left lifted scrapped seconds title unnumbered
        with_holder
    """,
    "find_articles": """
        items items[].iso_class items[].name items[].number items[].stock_status
    """,
    "get_number_kind": """
        items items[].kind items[].number items[].title
    """,
    "list_messages": """
        items items[].created_at items[].id items[].kind items[].params items[].params.article_name
        items[].params.device_number items[].params.new_day items[].params.number items[].params.reason
        items[].params.outcome items[].read_at items[].text items[].work_order_id
    """,
    "list_push_choices": """
        items items[].kind items[].wanted
    """,
    "push_key": """
        public_key
    """,
    "list_work_orders": """
        items items[].article_name items[].assigned_to items[].assigned_to.id items[].assigned_to.name
        items[].device_number items[].due items[].due.contact items[].due.done items[].due.start items[].id
        items[].late items[].number items[].planned_on items[].priority items[].priority_final items[].registered_at
        items[].rv items[].state items[].team items[].team.id items[].team.name items[].town items[].type
        items[].waiting_for next_cursor
    """,
    "get_work_order": """
        article_name article_number assessed assessed.at assessed.basic_need assessed.by_name assessed.final
        assessed.place assessed.priority assigned_to attachment_pending booked_from booked_to cancel_note
        cancel_reason cancelled_at closed_at contact contact.care_of contact.entry_code contact.instructions
        contact.name contact.phone contact.postcode contact.street contact.town contacted_at device_id device_number
        done_at due due.contact due.done due.start fault_text follows_number history history[].at history[].by_name
        history[].code history[].received_at history[].text history[].type history[].verdict id linked_order number
        outcome parts parts[].article_number parts[].id parts[].location_id parts[].name parts[].quantity
        contact_attempts contact_attempts[].at contact_attempts[].by_name contact_attempts[].channel
        contact_attempts[].note contact_attempts[].result deviations deviations[].at deviations[].by_name
        deviations[].harm deviations[].text deviations[].told_name exchangeable exchanges exchanges[].at
        exchanges[].by_name exchanges[].data_uploaded exchanges[].new_number exchanges[].note exchanges[].old_number
        notices notices[].at notices[].by_name notices[].channel notices[].failure notices[].purpose notices[].state
        notices[].text referred_at reserved reserved.article_name reserved.number reserved.place supplier
        supplier.back_on supplier.promised_on supplier.sent_on will_miss will_miss.at will_miss.note will_miss.reason
        planned_on prescriber_name
        proposed proposed.basic_need proposed.by_name proposed.place proposed.priority protocol_verdict protocols
        protocols[].by_name protocols[].id protocols[].signed_at protocols[].template_id
        protocols[].template_version protocols[].verdict quantity registered_at registered_by_name rv started_at
        state subject subject.kind subject.name subject.protected team team.id team.name time_entries
        time_entries[].by_name time_entries[].comment time_entries[].id time_entries[].minutes
        time_entries[].started_at time_entries[].visible_to_prescriber type visits visits[].additional visits[].at
        visits[].by_name visits[].outcome waiting_for
    """,
    "read_triage": f"all more red reports undecided {_hits('items')}",
    "read_technician_day": f"""
        closes day more opens technicians technicians[].id technicians[].name technicians[].teams
        {_hits("technicians[].orders")} waiting[].assigned_to {_hits("waiting", without="assigned_to")}
    """,
    "list_alike_devices": """
        items items[].article_name items[].number items[].place items[].same
    """,
    "read_review_content": """
        args args.outcome args.parts args.performed_at args.scan_raw args.time_entries args.time_entries[].comment
        args.time_entries[].id args.time_entries[].minutes args.time_entries[].started_at other other_text photos
        text
    """,
    "list_order_attachments": """
        items items[].at items[].by_name items[].position items[].role items[].state
    """,
    "read_sync_health": """
        items items[].attachments items[].attachments_since items[].build items[].concerns items[].id
        items[].last_seen items[].parked items[].persisted items[].quarantined items[].state
        items[].storage_lost_at items[].told_at items[].unsent items[].unsent_since items[].user_name worrying
    """,
    "list_reviews": """
        items items[].command items[].command.args_summary items[].command.args_summary.outcome
        items[].command.args_summary.parts items[].command.args_summary.performed_at
        items[].command.args_summary.scan_raw items[].command.args_summary.time_entries items[].command.at
        items[].command.by_name items[].command.id items[].command.received_at items[].command.type
        items[].created_at items[].decision items[].id items[].note items[].number items[].office
        items[].office.article_name items[].office.assigned_to items[].office.basic_need
        items[].office.cancel_reason items[].office.cancelled_at items[].office.closed_at
        items[].office.from items[].office.number items[].office.outcome items[].office.performed_by
        items[].office.place items[].office.planned_on items[].office.priority
        items[].office.protocol_verdict items[].office.state items[].office.team_id
        items[].office.technician_id items[].office.to items[].reason items[].state items[].subject_id
        items[].subject_kind items[].text
    """,
    "find_persons": """
        items items[].id items[].name items[].town
    """,
    "get_label_setup": """
        address profiles profiles[].id profiles[].profile profiles[].profile.columns profiles[].profile.dpi
        profiles[].profile.label_height_mm profiles[].profile.label_width_mm profiles[].profile.left_mm
        profiles[].profile.medium profiles[].profile.name profiles[].profile.offset_x_mm
        profiles[].profile.offset_y_mm profiles[].profile.page_height_mm profiles[].profile.page_width_mm
        profiles[].profile.pitch_x_mm profiles[].profile.pitch_y_mm profiles[].profile.rows profiles[].profile.top_mm
        profiles[].rv templates templates[].id templates[].rv templates[].template templates[].template.colour
        templates[].template.fields templates[].template.height_mm templates[].template.kind
        templates[].template.lines templates[].template.margin_mm templates[].template.name
        templates[].template.notes templates[].template.qr_mm templates[].template.title
        templates[].template.width_mm
    """,
    "find_label_candidates": """
        items items[].article_name items[].live items[].next_pm items[].number total
    """,
    "list_label_prints": """
        items items[].closed_at items[].count items[].first_number items[].id items[].kind items[].last_number
        items[].printed_at items[].printed_by items[].state items[].template_name items[].verified
    """,
    "find_locations": """
        items items[].id items[].kind items[].name items[].number
    """,
    "get_device_index_deltas": """
        complete deltas
    """,
    "find_parties": """
        items items[].id items[].kind items[].name items[].number items[].town
    """,
    "recipient_aids": """
        aids aids[].article_name aids[].article_number aids[].can_pick_up aids[].consumable aids[].delivered_at
        aids[].device_number aids[].holding_id aids[].individually_numbered aids[].kind aids[].ordered_at
        aids[].pickup_order aids[].prescriber_name aids[].quantity aids[].vision_aid on_the_way
        on_the_way[].article_name on_the_way[].article_number on_the_way[].device_number
        on_the_way[].earliest_dispatch on_the_way[].order_number on_the_way[].planned_on on_the_way[].quantity
        on_the_way[].state pickup_orders pickup_orders[].number pickup_orders[].state recipient
        recipient.care_of recipient.entry_code recipient.kind recipient.mobile recipient.name
        recipient.party_number recipient.person_id recipient.phone recipient.postcode recipient.protected
        recipient.street recipient.town work_orders work_orders[].number work_orders[].state work_orders[].type
    """,
    "list_customer_orders": """
        items[].carrier
        items items[].co_delivery items[].earliest_dispatch items[].id items[].kind items[].lines
        items[].lines_without_device items[].number items[].planned_on items[].recipient_kind
        items[].registered_at items[].registered_by_name items[].rv items[].state items[].town items[].urgent
        next_cursor
    """,
    "get_customer_order": """
        carrier sent_at
        can_cancel cancel_note cancel_reason cancelled_at carrier_note co_delivery contact contact.care_of
        contact.entry_code contact.name contact.phone contact.postcode contact.street contact.town customer
        delivered_at earliest_dispatch history id kind lines lines[].article_name lines[].article_number
        lines[].delivered_at lines[].delivered_quantity lines[].device_number lines[].id lines[].loaded
        lines[].numbered lines[].position lines[].quantity lines[].state linked_order number planned_on
        prescriber_name proof recipient recipient.kind recipient.name recipient.protected registered_at
        registered_by_name rv state to_home urgent warehouse_note
    """,
    "list_pickup_orders": """
        items items[].arrived items[].collected items[].id items[].lines items[].number items[].planned_on
        items[].reason items[].recipient_kind items[].registered_at items[].registered_by_name items[].rv
        items[].state items[].town items[].wanted_on next_cursor
    """,
    "get_pickup_order": """
        can_cancel cancel_note cancel_reason cancelled_at closed_at contact contact.care_of contact.entry_code
        contact.name contact.phone contact.postcode contact.street contact.town customer history id info lines
        lines[].arrived_at lines[].article_name lines[].article_number lines[].charging lines[].collected_at
        lines[].device_number lines[].hygiene lines[].id lines[].owner lines[].position lines[].quantity
        lines[].state lines[].unplanned number planned_on prescriber_name reason recipient recipient.kind
        recipient.name recipient.protected registered_at registered_by_name rv state wanted_on
    """,
    "public_form": """
        article_name kind known open_since region_name region_phone regions regions[].code regions[].name
    """,
    "public_push_key": """
        public_key
    """,
    "fault_report_status": """
        answer article_name received_at region_name region_phone state work
    """,
    "list_fault_reports": """
        items more items[].article_name items[].device_number items[].excerpt items[].expired items[].held items[].id
        items[].known_device items[].open_orders items[].open_orders[].number items[].open_orders[].state
        items[].open_orders[].type items[].photos items[].proposed items[].received_at items[].rv items[].state
        items[].times_sent items[].to items[].topic
    """,
    "get_fault_report": """
        answer article_name contact_name contact_phone decided_at decided_by device_number excerpt expired held id
        known_device language open_orders open_orders[].number open_orders[].state open_orders[].type photo_positions
        photos prescriber proposed received_at rv source state text times_sent to topic work_order_number part side
    """,
    "list_stock_counts": """
        items items[].counted items[].counted_at items[].counted_by_name items[].differences items[].id
        items[].location_id items[].location_name items[].open
    """,
    "list_returns": """
        items items[].arrived_at items[].article_name items[].article_number items[].contamination items[].device_id
        items[].disposition items[].hygiene items[].missing items[].note items[].number items[].parts
        items[].pickup_number items[].quarantine_until items[].result items[].state items[].status items[].stopped
        purchases purchases[].accepted purchases[].arrived_at purchases[].article_name purchases[].article_number
        purchases[].delivered_at purchases[].device_number purchases[].line_id purchases[].quantity purchases[].reason
        purchases[].stock_status
    """,
    "get_return": """
        device device.arrived_at device.article_name device.article_number device.contamination device.device_id
        device.disposition device.hygiene device.missing device.note device.number device.parts device.pickup_number
        device.quarantine_until device.result device.state device.status device.stopped parts parts[].article_name
        parts[].article_number parts[].counted parts[].found parts[].id parts[].number parts[].quantity
    """,
    "get_custody": """
        device_id items items[].at items[].by_name items[].from_kind items[].from_name items[].kind items[].received_at
        items[].scanned items[].standing items[].to_kind items[].to_name
    """,
    "list_purchases": """
        items items[].article_name items[].article_number items[].closed_at items[].count items[].first_number
        items[].batch items[].id items[].last_number items[].location_name items[].price_ore items[].purchased_on
        items[].reference items[].registered_at items[].registered_by_name items[].rv items[].state items[].supplier
        items[].unlabelled items[].warranty_to
    """,
    "get_purchase": """
        devices devices[].number devices[].serial devices[].status purchase purchase.article_name
        purchase.article_number purchase.batch purchase.closed_at purchase.count purchase.first_number purchase.id
        purchase.last_number purchase.location_name purchase.price_ore purchase.purchased_on purchase.reference
        purchase.registered_at purchase.registered_by_name purchase.rv purchase.state purchase.supplier
        purchase.unlabelled purchase.warranty_to
    """,
    "list_due": """
        items items[].agreed items[].article_name items[].article_number items[].booked_on items[].device_id
        items[].device_number items[].due_on items[].held items[].label_month items[].note items[].notice_by
        items[].notified_on items[].order_number items[].performed_on items[].plan_name items[].postcode
        items[].site_restricted items[].state items[].technician_name items[].town
        next_cursor
    """,
    "list_unfinished_maintenance": """
        items items[].agreed items[].article_name items[].article_number items[].booked_on items[].device_id
        items[].device_number items[].due_on items[].held items[].label_month items[].note items[].notice_by
        items[].notified_on items[].order_number items[].performed_on items[].plan_name items[].postcode
        items[].site_restricted items[].state items[].technician_name items[].town
    """,
    "list_maintenance_plans": """
        items items[].article_name items[].article_number items[].device_number items[].due_from items[].ended_at
        items[].ground items[].ground_text items[].id items[].interval_months items[].iso_class items[].made_at
        items[].made_by_name items[].name items[].rv items[].template_id items[].template_version templates
        templates[].id templates[].interval_months templates[].title_en templates[].title_sv templates[].version
    """,
    "list_maintenance_runs": """
        items items[].done items[].first_day items[].id items[].last_day items[].name items[].orders
        items[].published_at items[].stops items[].technician_name items[].withdrawn_at
    """,
    "list_safety_notices": """
        items items[].action items[].article_name items[].article_number items[].batch items[].covered items[].done
        items[].id
        items[].lift_note items[].lifted_at items[].listed items[].reference items[].rv items[].serial_from
        items[].serial_to items[].set_at items[].set_by_name items[].text items[].title
    """,
    "get_safety_notice": """
        devices devices[].article_name devices[].done_at devices[].done_by_name devices[].number devices[].serial
        devices[].status notice notice.action notice.article_name notice.article_number notice.batch
        notice.covered notice.done
        notice.id notice.lift_note notice.lifted_at notice.listed notice.reference notice.rv notice.serial_from
        notice.serial_to notice.set_at notice.set_by_name notice.text notice.title
    """,
    "get_stock_count": """
        begun_at counted counted_at counted_by_name differences differences[].adjusted differences[].adjusted_at
        differences[].adjusted_by_name differences[].article_name differences[].finding differences[].home
        differences[].number differences[].reason differences[].reason_note differences[].status id location_id
        location_name note rv
    """,
    "list_users": """
        items items[].active items[].email items[].id items[].last_seen items[].name items[].phone items[].roles
        items[].roles[].customers items[].roles[].customers[].name items[].roles[].customers[].number
        items[].roles[].role items[].roles[].team items[].roles[].team.id items[].roles[].team.name items[].rv
        items[].start_password_until items[].username items[].waits_for_password next_cursor
    """,
    "get_user": """
        active email id last_seen name phone roles roles[].customers roles[].role roles[].team rv
        start_password_until username waits_for_password
    """,
    "list_phones": """
        items items[].build items[].created_at items[].id items[].last_seen items[].last_seq items[].own
        items[].state items[].user items[].user.active items[].user.id items[].user.name next_cursor
    """,
    "list_rounds": """
        items items[].done items[].driver items[].driver.id items[].driver.name items[].failed items[].id items[].name
        items[].accepted_at items[].accepted_version items[].on_day items[].rv items[].state items[].stops items[].van
        items[].van.id items[].van.name items[].version
    """,
    "get_round": """
        depot depot.id depot.name done driver driver.id driver.name failed id name on_day rv state stops
        stops[].attempts stops[].attempts[].at stops[].attempts[].code stops[].carrier_note stops[].failed_code
        stops[].failed_note stops[].id stops[].name stops[].position stops[].positioned stops[].proof stops[].proof.at
        stops[].proof.items stops[].proof.items[].action stops[].proof.items[].device_number
        stops[].proof.items[].hygiene stops[].proof.items[].quantity stops[].proof.items[].task_id
        stops[].proof.method stops[].proof.signer_name stops[].rv stops[].state stops[].street stops[].tasks
        stops[].tasks[].parts stops[].tasks[].parts[].article_name
        stops[].tasks[].parts[].article_number
        stops[].tasks[].parts[].counted stops[].tasks[].parts[].id
        stops[].tasks[].parts[].number stops[].tasks[].parts[].quantity
        stops[].tasks[].loaded
        stops[].tasks[].article_name stops[].tasks[].article_number stops[].tasks[].components
        stops[].tasks[].device_number stops[].tasks[].done_quantity stops[].tasks[].failed_code
        stops[].tasks[].hygiene stops[].tasks[].id stops[].tasks[].kind stops[].tasks[].order_number
        stops[].tasks[].position stops[].tasks[].quantity stops[].tasks[].state stops[].tasks[].unplanned
        stops[].tasks[].repair stops[].visits
        stops[].town stops[].window_from stops[].window_to van van.id van.name version accepted_at accepted_version
        stops[].town stops[].window_from stops[].window_to van van.id van.name version
        balance balance.delivered balance.explained balance.left balance.loaded balance.returned reconciled
    """,
    "get_round_queue": """
        deliveries deliveries[].co_delivery deliveries[].earliest_dispatch deliveries[].items deliveries[].lines
        deliveries[].order_number deliveries[].town deliveries[].urgent pickups pickups[].items
        pickups[].pickup_number pickups[].town pickups[].wanted_on deliveries[].due_on deliveries[].due_reason
        deliveries[].due_round deliveries[].lines_waiting deliveries[].linked_order pickups[].due_on
        pickups[].due_round repairs
    """,
    "get_round_schedule": """
        agreements templates
    """,
    "get_dispatch_day": """
        day number reason round_name
    """,
    "get_round_times": """
        estimated items
    """,
    "list_round_versions": """
        items items[].by_name items[].by_plan items[].en items[].made_at items[].moved items[].new items[].removed
        items[].sv items[].version
    """,
    "get_day_map": """
        attribution rounds rounds[].depot_latitude rounds[].depot_longitude rounds[].name rounds[].round_id
        rounds[].stops tiles unplaced waiting
    """,
    "list_plans": """
        items
    """,
    "list_vans": """
        items items[].equipment items[].id items[].name items[].number
    """,
    "find_addresses": """
        items
    """,
    "list_drivers": """
        items items[].id items[].name
    """,
    "resolve_scan": """
        article_name found label_number number revoked version
    """,
}

#: Every key of a row on a phone, by kind.
ROW_KEYS: Final[dict[str, str]] = {
    "work_order": """
        [].article_name [].article_number [].assessed [].assessed.at [].assessed.basic_need [].assessed.by_name
        [].assessed.final [].assessed.place [].assessed.priority [].assigned_to [].attachment_pending [].booked_from
        [].booked_to [].cancel_note [].cancel_reason [].cancelled_at [].closed_at [].contact [].contact.care_of
        [].contact.entry_code [].contact.instructions [].contact.name [].contact.phone [].contact.postcode
        [].contact.street [].contact.town [].contacted_at [].device_id [].device_number [].done_at [].due
        [].due.contact [].due.done [].due.start [].fault_text [].follows_number [].id [].linked_order [].number
        [].outcome [].parts [].parts[].article_number [].parts[].id [].parts[].location_id [].parts[].name
        [].parts[].quantity
        [].contact_attempts [].contact_attempts[].at [].contact_attempts[].by_name [].contact_attempts[].channel
        [].contact_attempts[].note [].contact_attempts[].result [].deviations [].deviations[].at
        [].deviations[].by_name [].deviations[].harm [].deviations[].text [].deviations[].told_name [].exchangeable
        [].exchanges [].exchanges[].at [].exchanges[].by_name [].exchanges[].data_uploaded
        [].exchanges[].new_number [].exchanges[].note [].exchanges[].old_number [].notices [].notices[].at
        [].notices[].by_name [].notices[].channel [].notices[].failure [].notices[].purpose [].notices[].state
        [].notices[].text [].referred_at [].reserved [].reserved.article_name [].reserved.number [].reserved.place
        [].supplier [].supplier.back_on [].supplier.promised_on [].supplier.sent_on [].will_miss [].will_miss.at
        [].will_miss.note [].will_miss.reason
        [].planned_on [].prescriber_name [].proposed [].proposed.basic_need [].proposed.by_name [].proposed.place
        [].proposed.priority [].protocol_verdict [].protocols [].protocols[].by_name [].protocols[].id
        [].protocols[].signed_at [].protocols[].template_id [].protocols[].template_version [].protocols[].verdict
        [].quantity [].registered_at [].registered_by_name [].rv [].started_at [].state [].subject [].subject.kind
        [].subject.name [].subject.protected [].team [].team.id [].team.name [].time_entries
        [].time_entries[].by_name [].time_entries[].comment [].time_entries[].id [].time_entries[].minutes
        [].time_entries[].started_at [].time_entries[].visible_to_prescriber [].type [].visits
        [].visits[].additional [].visits[].at [].visits[].by_name [].visits[].outcome [].waiting_for
    """,
    "policy": """
        [].assumed [].clocks
        [].clocks.1 [].clocks.1[].amount [].clocks.1[].event [].clocks.1[].kind [].clocks.1[].share [].clocks.1[].unit
        [].clocks.3 [].clocks.3[].amount [].clocks.3[].event [].clocks.3[].kind [].clocks.3[].share [].clocks.3[].unit
        [].clocks.4 [].clocks.4[].amount [].clocks.4[].event [].clocks.4[].kind [].clocks.4[].share [].clocks.4[].unit
        [].exchange_models [].fault_text_limit [].id [].label_owner [].label_phone
        [].pickup_text_limit [].priorities [].region_code [].region_name [].timezone
    """,
    "device": """
        [].adaptations [].adaptations[].made_on [].adaptations[].number [].adaptations[].safety_note
        [].adaptations[].text [].article_expired [].article_name [].article_number [].batch [].block
        [].block.blocked_at
        [].block.reason [].components
        [].components[].article_number [].components[].main_number [].components[].name [].components[].quantity
        [].components[].serial [].holder_label [].home_location [].id [].iso_class [].label_versions
        [].label_versions.live [].label_versions.revoked [].last_pm [].next_pm [].number [].open_orders
        [].open_orders[].number [].open_orders[].priority [].open_orders[].state [].open_orders[].team
        [].open_orders[].type [].pm_notice [].pm_notice.given_on [].pm_notice.how [].purchased_on [].safety_notices
        [].safety_notices[].action [].safety_notices[].id [].safety_notices[].reference [].safety_notices[].text
        [].safety_notices[].title [].scrapped_on [].serial [].site_restriction [].status [].supplier
        [].template_ids [].warranty_to
    """,
    "maintenance": """
        [].article_name [].device_id [].device_number [].due_from [].due_on [].id [].interval_months [].next_pm
        [].order_id [].order_number [].performed_on [].rv [].state [].template_id
    """,
    "maintenance_stop": """
        [].id [].on_day [].position [].run_name [].tasks [].tasks[].kind [].tasks[].number [].tasks[].order_number
        [].tasks[].title
    """,
    "van": """
        [].id [].name [].number
    """,
    "van_stock": """
        [].article_name [].article_number [].id [].location_id [].quantity [].unit
    """,
    "round": """
        [].depot_name [].id [].name [].on_day [].published_at [].reconciled [].rv [].state [].stops [].van_name
        [].version
    """,
    "stop": """
        [].attempts [].attempts[].at [].attempts[].code [].care_of [].carrier_note [].done_at [].entry_code
        [].failed_code [].failed_note [].id [].latitude [].longitude [].name [].phone [].position [].postcode [].proof
        [].proof.at [].proof.method [].proof.signer_name [].protected [].round_id [].rv [].state [].street [].tasks
        [].tasks[].parts [].tasks[].parts[].article_name [].tasks[].parts[].article_number
        [].tasks[].parts[].counted [].tasks[].parts[].id [].tasks[].parts[].number [].tasks[].parts[].quantity
        [].tasks[].loaded
        [].tasks[].article_name [].tasks[].article_number [].tasks[].components [].tasks[].device_number
        [].tasks[].done_quantity [].tasks[].failed_code [].tasks[].hygiene [].tasks[].id [].tasks[].kind
        [].tasks[].order_number [].tasks[].position [].tasks[].quantity [].tasks[].state [].tasks[].unplanned [].town
        [].window_from [].window_to
    """,
    "device_index": """
        [].id [].made_at [].sha256 [].size
    """,
    "bundle": """
        [].id [].name [].sha256 [].size
    """,
    "command": """
        [].aggregate [].clock_skewed [].code [].id [].received_at [].review [].review.decided_at [].review.decision
        [].review.note [].review.reason [].review.state [].seq [].text [].type [].verdict
    """,
    "message": """
        [].created_at [].id [].kind [].params [].params.article_name [].params.device_number [].params.new_day
        [].params.number [].params.outcome [].params.reason [].read_at
        [].text [].work_order_id
    """,
}

#: Keys of a route that only these roles get: the holder belongs to those who may know it (permission device.holder).
ONLY: Final = {("get_device", "holder."): "PCR"}

_CONTACT: Final = frozenset(
    f"contact.{name}" for name in ("care_of", "entry_code", "instructions", "name", "phone", "street")
) | {"subject.name"}
_HOLDER: Final = frozenset(f"holder.{name}" for name in ("care_of", "entry_code", "name", "phone", "street"))

_SIGNER: Final = "stops[].proof.signer_name"

_RECIPIENT: Final = frozenset(
    f"recipient.{name}" for name in ("care_of", "entry_code", "mobile", "name", "phone", "street")
)

#: Where a patient's own data is, and for whom. What is not here is nowhere: no personal number for anybody.
PATIENT: Final[dict[tuple[str, str], frozenset[str]]] = {
    **{("get_work_order", letter): _CONTACT for letter in "TPCR"},
    **{("get_device", letter): _HOLDER for letter in "PCR"},
    **{("find_persons", letter): frozenset({"items[].name"}) for letter in "PCR"},
    **{("recipient_aids", letter): _RECIPIENT for letter in "PCR"},
    **{
        (name, letter): frozenset({"recipient.name"})
        for name in ("get_customer_order", "get_pickup_order")
        for letter in "PCR"
    },
    **{("get_fault_report", letter): frozenset({"contact_name"}) for letter in "TPCR"},
    **{("get_device_chain", letter): frozenset({"items[].name"}) for letter in "PC"},
    **{
        ("find_recalled", letter): frozenset(f"items[].{name}" for name in ("name", "phone", "care_of", "street"))
        for letter in "PC"
    },
    ("row work_order", "T"): frozenset(f"[].{name}" for name in _CONTACT),
    **{("get_round", letter): frozenset({"stops[].name", "stops[].street", _SIGNER}) for letter in "PC"},
    # The entry code is gone, for the stop is done.
    ("row stop", "D"): frozenset({"[].name", "[].street", "[].care_of", "[].phone", "[].proof.signer_name"}),
}

#: Kinds of rows that a role's phone holds.
KINDS: Final = {
    "T": {
        "work_order",
        "device",
        "maintenance",
        "maintenance_stop",
        "policy",
        "bundle",
        "command",
        "device_index",
        "van",
        "van_stock",
    },
    "R": {"policy", "message"},
    "D": {"policy", "round", "stop", "device_index"},
    "P": {"policy", "device_index", "message"},
    **{letter: {"policy", "device_index"} for letter in "CW"},
    **{letter: {"policy"} for letter in "AX"},
}

#: Operations that answer with no document to classify, or with one that other tests look at.
NOT_READ: Final = {
    "sign_in", "sign_out", "change_password", "choose_language", "subscribe", "drop_subscription", "print_label",
    "get_reference", "register_sync_device", "sync_push", "sync_pull", "sync_events", "put_blob", "read_blob_state",
    "resume_blob", "get_label_file", "get_missing_labels", "print_plain_labels", "print_return_label", "preview_label",
    "get_template_fhir", "get_protocol_paper", "get_calibration_sheet", "propose_round_order",
    "propose_maintenance_run", "get_plan", "get_device_index", "make_start_password", "get_delivery_proof",
    "submit_fault_report", "put_fault_report_photo", "subscribe_to_fault_report", "get_fault_report_photo",
    "get_order_attachment", "get_vault_key", "get_seal_key", "carry_sealed", "import_unsent_file", "account_of_day",
    "print_round_sheets",
    "get_recall_file", "get_service_levels_file",
}  # fmt: skip


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """Two regions, and a device and orders with something in every field."""
    async with open_house(database, tmp_path) as opened:
        await fill(opened)
        yield opened


async def fill(house: House) -> None:
    """Give the own device and order something in every list."""
    await fill_rounds(house)
    await make_logistics(house)
    await make_report(house, "own", REPORT_IDS["own"])
    await flag_own(house)
    await maintain_own(house)
    assert await build_indexes()
    region, device, order = house.north.region_id, house.own.device, house.own.order
    printed = {"id": str(uuid4()), "args": {"numbers": [house.own.device_number], "replace_live": True}}
    assert (await house.clients["P"].post("/api/commands/label.print", json=printed)).status_code == 200
    article = await make_article(house.north, number="70001", name="Laddare", individually_numbered=False)
    await execute(
        "insert into device_component (id, region_id, device_id, main_number, article_id) values ($1, $2, $3, '1', $4)",
        uuid4(),
        region,
        device,
        article,
    )
    await execute(
        "insert into special_adaptation (id, region_id, device_id, number, made_on, text, safety_note)"
        " values ($1, $2, $3, '1', $4, 'Förlängd arm', 'Kontrollera bulten')",
        uuid4(),
        region,
        device,
        date(2026, 1, 2),
    )
    await execute(
        "update work_order set follows = $2, registered_by = $3 where id = $1",
        order.id,
        (await house.make_order("own")).id,
        house.user("P").id,
    )
    phone = house.phones["T"]
    template = load_templates()["patient_lift"]
    phone.record(
        "work_order.report",
        {
            "assessment": {"priority": 2, "place": "at_holder"},
            "time_entries": [time_entry()],
            "parts": [{"id": str(uuid4()), "article_number": "70001", "name": "Laddare", "quantity": 1}],
            "protocol": {
                "id": str(uuid4()),
                "template_id": template.id,
                "template_version": template.version,
                "template_sha256": template_hash(template),
                "answers": {"identity.kind": "mobile"},
                "signed_at": datetime.now(UTC).isoformat(),
            },
        },
        aggregate=order.id,
    )
    await fill_visit(house, phone, order.id)
    closed = await house.make_order("own")
    phone.record("work_order.close", close_args(), aggregate=closed.id)
    cancelled = await house.make_order("own", state="cancelled", cancel_reason="wrong")
    phone.record("work_order.close", close_args(scan_raw="104901"), aggregate=cancelled.id)
    await phone.sync()
    assert {line["verdict"] for line in phone.verdicts.values()} == {"applied", "recorded"}
    await execute(
        "insert into visit (id, region_id, work_order_id, technician_id, at, outcome, command_id)"
        " select $1, region_id, $2, $3, now(), 'repaired', id from command_log limit 1",
        uuid4(),
        order.id,
        house.user("T").id,
    )
    await make_attachments(house)


async def fill_visit(house: House, phone: Phone, order_id: UUID) -> None:
    """Contact, texts, a promise that breaks, an exchange, a deviation, and a van with something in it."""
    van = await make_van(house, "own")
    phone.record("van_stock.choose", {"location_id": str(van)})
    filled = {"lines": [{"article_number": "70001", "quantity": 3}]}
    phone.record("van_stock.fill", filled, aggregate=van)
    now = datetime.now(UTC).isoformat()
    phone.record("work_order.contact", {"at": now, "result": "no_answer"}, aggregate=order_id)
    text = {"purpose": "call_us", "channel": "letter", "text": "Ring oss."}
    phone.record("work_order.notify", text, aggregate=order_id)
    phone.record("work_order.will_miss", {"reason": "parts"}, aggregate=order_id)
    phone.record("work_order.deviation", {"text": "Fläkten brann.", "harm": "could", "at": now}, aggregate=order_id)
    await phone.sync()
    like, article = uuid4(), await fetch_value("select article_id from device where id = $1", house.own.device)
    for device, number in ((like, "499001"), (uuid4(), "499002")):
        await execute(
            "insert into device (id, region_id, number, article_id, status) values ($1, $2, $3, $4, 'in_stock')",
            device,
            house.north.region_id,
            number,
            article,
        )
    await execute("update article set exchangeable = true where id = $1", article)
    await execute("update work_order set reserved_device_id = $2 where id = $1", order_id, like)
    await execute(
        "insert into technical_exchange (id, region_id, work_order_id, old_device_id, new_device_id, at, command_id)"
        " select gen_random_uuid(), region_id, $1, $2, $3, now(), id from command_log limit 1",
        order_id,
        house.own.device,
        like,
    )
    await house.make_order("own", assigned_to=None)
    await execute("update work_order set proposed_team_id = team_id, done_due = now()")


def keys(value: Any, path: str = "") -> set[str]:
    """Every key of a JSON document as a path: ``items[].number``."""
    if isinstance(value, dict):
        found = set()
        for key, inner in value.items():
            where = f"{path}.{key}" if path else key
            found |= {where} | keys(inner, where)
        return found
    if isinstance(value, list):
        return set().union(*(keys(item, f"{path}[]") for item in value))
    return set()


def patient_paths(value: Any, path: str = "") -> set[str]:
    """The paths whose text names a patient."""
    if isinstance(value, dict):
        return set().union(*(patient_paths(inner, f"{path}.{key}" if path else key) for key, inner in value.items()))
    if isinstance(value, list):
        return set().union(*(patient_paths(item, f"{path}[]") for item in value))
    return {path} if isinstance(value, str) and canaries(value) else set()


async def round_today(house: House) -> UUID:
    """The driver's round that ``fill`` made."""
    found: UUID = await fetch_value("select id from van_round where driver_id = $1", house.user("D").id)
    return found


async def one_review() -> UUID:
    """The review item that ``fill`` made."""
    found: UUID = await fetch_value("select id from review_item order by id limit 1")
    return found


async def documents(house: House, letter: str) -> dict[str, Any]:
    """What a role is answered by every route that reads, on the own objects."""
    browser = house.clients[letter]
    requests = {
        "health": ("GET", "/healthz", None),
        "read_session": ("GET", "/api/session", None),
        "list_teams": ("GET", "/api/teams", None),
        "list_technicians": ("GET", "/api/technicians", None),
        "find_devices": ("GET", f"/api/devices?number={house.own.device_number}", None),
        "get_device": ("GET", f"/api/devices/{house.own.device_number}", None),
        "get_device_history": ("GET", f"/api/devices/{house.own.device_number}/history", None),
        "get_device_chain": ("GET", f"/api/devices/{house.own.device_number}/chain", None),
        "get_service_levels": ("GET", "/api/service-levels?weeks=2", None),
        "find_recalled": ("POST", "/api/recall", {"numbers": [house.own.device_number]}),
        "find_articles": ("GET", "/api/articles?q=Lyft", None),
        "find_persons": ("POST", "/api/persons/search", {"personal_number": house.own.personal_number}),
        "get_number_kind": ("GET", f"/api/numbers/{house.own.order.number}", None),
        "list_messages": ("GET", "/api/messages", None),
        "list_push_choices": ("GET", "/api/push/choices", None),
        "push_key": ("GET", "/api/push/key", None),
        "list_work_orders": ("GET", "/api/work-orders?state=all&limit=1", None),
        "get_work_order": ("GET", f"/api/work-orders/{house.own.order.number}", None),
        "read_triage": ("GET", "/api/triage?show=all", None),
        "read_technician_day": ("GET", f"/api/technician-day?day={local_day()}", None),
        "list_alike_devices": ("GET", f"/api/work-orders/{house.own.order.number}/alike", None),
        "list_reviews": ("GET", "/api/reviews", None),
        "read_review_content": ("GET", f"/api/reviews/{await one_review()}/content", None),
        "list_order_attachments": ("GET", f"/api/work-orders/{house.own.order.number}/attachments", None),
        "read_sync_health": ("GET", "/api/sync-health", None),
        "public_form": ("POST", "/api/public/form", {"payload": None}),
        "public_push_key": ("POST", "/api/public/push-key", {}),
        "fault_report_status": ("POST", "/api/public/status", {"tracking": tracking_of(REPORT_IDS["own"])}),
        "list_fault_reports": ("GET", "/api/fault-reports", None),
        "get_fault_report": ("GET", f"/api/fault-reports/{REPORT_IDS['own']}", None),
        "find_parties": ("GET", "/api/parties?q=1001", None),
        "find_locations": ("GET", "/api/locations", None),
        "recipient_aids": ("POST", "/api/recipients/aids", {"person_id": str(house.own.person)}),
        "list_customer_orders": ("GET", "/api/customer-orders", None),
        "get_customer_order": ("GET", f"/api/customer-orders/{house.customer_orders['own']}", None),
        "list_pickup_orders": ("GET", "/api/pickup-orders", None),
        "get_pickup_order": ("GET", f"/api/pickup-orders/{house.pickup_orders['own']}", None),
        "list_stock_counts": ("GET", "/api/stock-counts", None),
        "get_stock_count": ("GET", f"/api/stock-counts/{await make_count(house, 'own')}", None),
        "list_returns": ("GET", await make_desk(house), None),
        "get_return": ("GET", f"/api/returns/{house.own.device_number}", None),
        "get_custody": ("GET", "/api/devices/104911/custody", None),
        "list_purchases": ("GET", "/api/purchases", None),
        "get_purchase": ("GET", f"/api/purchases/{await make_purchase(house, 'own')}", None),
        "list_due": ("GET", "/api/maintenance/due", None),
        "list_unfinished_maintenance": ("GET", "/api/maintenance/unfinished", None),
        "list_maintenance_plans": ("GET", "/api/maintenance/plans", None),
        "list_maintenance_runs": ("GET", "/api/maintenance/runs", None),
        "list_safety_notices": ("GET", "/api/safety-notices", None),
        "get_safety_notice": ("GET", f"/api/safety-notices/{await make_notice(house, 'own')}", None),
        "get_device_index_deltas": ("GET", f"/api/device-index?from={'0' * 64}", None),
        "list_users": ("GET", "/api/users", None),
        "get_user": ("GET", f"/api/users/{house.other_users['own']}", None),
        "list_phones": ("GET", "/api/phones", None),
        "list_rounds": ("GET", f"/api/rounds?day={local_day()}", None),
        "get_round": ("GET", f"/api/rounds/{await round_today(house)}", None),
        "get_round_queue": ("GET", f"/api/rounds/queue?day={local_day()}", None),
        "list_drivers": ("GET", "/api/drivers", None),
        "get_round_schedule": ("GET", "/api/round-schedule", None),
        "get_dispatch_day": ("GET", f"/api/customer-orders/{house.customer_orders['own']}/dispatch-day", None),
        "get_round_times": ("GET", f"/api/rounds/{await round_today(house)}/times", None),
        "list_round_versions": ("GET", f"/api/rounds/{await round_today(house)}/versions", None),
        "get_day_map": ("GET", f"/api/rounds/map?day={local_day()}", None),
        "list_plans": ("GET", f"/api/plans?day={local_day()}", None),
        "list_vans": ("GET", "/api/vans", None),
        "find_addresses": ("GET", "/api/addresses?q=Storgatan", None),
        "get_label_setup": ("GET", "/api/labels/setup", None),
        "find_label_candidates": ("GET", f"/api/labels/candidates?number={house.own.device_number}", None),
        "list_label_prints": ("GET", "/api/labels/prints", None),
        "resolve_scan": ("POST", "/api/labels/resolve", {"raw": house.own.device_number}),
    }
    found = {}
    for name, (method, address, body) in requests.items():
        answer = await browser.request(method, address, json=body)
        if answer.status_code == 200:
            found[name] = answer.json()
        else:
            assert answer.status_code == 403, (name, letter, answer.text)
    return found


async def rows(house: House, letter: str) -> dict[str, list[dict[str, Any]]]:
    """What a role's phone holds, by kind."""
    phone = house.phones["T"] if letter == "T" else await Phone.register(house.clients[letter])
    await phone.sync()
    return {kind: list(found.values()) for kind, found in phone.rows.items() if found}


async def test_every_reading_route_is_classified(house: House) -> None:
    names = {item.name for item in operations(house.document()) if not item.path.startswith("/api/commands/")}
    assert names == set(ROUTE_KEYS) | NOT_READ


async def test_no_route_answers_with_a_key_that_is_not_classified(house: House) -> None:
    unknown: dict[str, set[str]] = {}
    met: dict[str, set[str]] = {name: set() for name in ROUTE_KEYS}
    for letter in LETTERS:
        for name, document in (await documents(house, letter)).items():
            found = keys(document)
            met[name] |= found
            unknown[f"{name} {letter}"] = found - set(ROUTE_KEYS[name].split())
            for (route, start), letters in ONLY.items():
                if route == name and letter not in letters:
                    unknown[f"{name} {letter}"] |= {key for key in found if key.startswith(start)}
    assert {where: extra for where, extra in unknown.items() if extra} == {}
    gone = {name: set(ROUTE_KEYS[name].split()) - found for name, found in met.items()}
    assert {name: lost for name, lost in gone.items() if lost} == {}, "classified, but nobody gets it"


async def test_no_phone_holds_a_row_or_a_key_that_is_not_classified(house: House) -> None:
    for letter in LETTERS:
        held = await rows(house, letter)
        assert set(held) == KINDS[letter], letter
        for kind, found in held.items():
            assert keys(found) - set(ROW_KEYS[kind].split()) == set(), (letter, kind)


async def test_a_patients_data_is_where_the_table_says_and_for_whom(house: House) -> None:
    for letter in LETTERS:
        found = await documents(house, letter)
        found |= {f"row {kind}": held for kind, held in (await rows(house, letter)).items()}
        for name, document in found.items():
            assert patient_paths(document) == PATIENT.get((name, letter), frozenset()), (name, letter)


async def test_a_personal_number_never_leaves(house: House) -> None:
    numbers = [place.personal_number for place in house.places.values()]
    for letter in LETTERS:
        text = json.dumps([await documents(house, letter), await rows(house, letter)])
        assert canaries(text, numbers) == set(), letter


async def test_warehouse_auditor_and_admin_get_no_patient_data_at_all(house: House) -> None:
    for letter in "WAX":
        text = json.dumps([await documents(house, letter), await rows(house, letter)])
        assert canaries(text) == set(), letter
        town = CANARIES["own"].columns["town"]
        assert canaries(text, [town]) == set(), letter


async def test_a_driver_has_the_person_of_the_own_stop_on_the_day_and_nobody_else(house: House) -> None:
    assert canaries(json.dumps(await documents(house, "D"))) == set()
    assert canaries(json.dumps((await rows(house, "D"))["stop"])) == {"own"}
    await execute("update van_round set on_day = on_day + 1 where driver_id = $1", house.user("D").id)
    assert (await rows(house, "D")).keys() == {"policy", "device_index"}


async def test_a_technician_off_the_order_sees_no_patient(house: House) -> None:
    """Own team's order of a colleague: the work, not the person (domain model 5.6)."""
    order = await house.make_order("own", assigned_to=house.north.other_technician.id)
    answer = await house.clients["T"].get(f"/api/work-orders/{order.number}")
    assert answer.status_code == 200
    assert patient_paths(answer.json()) == set()
    assert canaries(answer.text, [CANARIES["own"].columns["town"]]) == set()


async def test_a_prescriber_without_the_customer_sees_nothing_of_the_patient(house: House) -> None:
    stranger = await house.browser(house.north.other_prescriber)
    assert (await stranger.get(f"/api/work-orders/{house.own.order.number}")).status_code == 404
    assert (await stranger.get(f"/api/devices/{house.own.device_number}")).status_code == 404
    found = await stranger.post("/api/persons/search", json={"personal_number": house.own.personal_number})
    assert found.json() == {"items": []}


async def test_the_entry_code_of_a_visit_that_is_over_is_gone_for_the_technician(house: House) -> None:
    order = await house.make_order("own", planned_on=local_day(-4))
    answer = await house.clients["T"].get(f"/api/work-orders/{order.number}")
    assert answer.json()["contact"]["entry_code"] == ""
    assert answer.json()["contact"]["street"] != ""
