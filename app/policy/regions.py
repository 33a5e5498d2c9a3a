"""The four regions of the seed documents as policies. Each field cites its rule or is listed as assumed."""

from __future__ import annotations

from datetime import date

import msgspec

from app.policy.policy import SETTING_FIELDS, Clock, ServicePolicy, check_policy

_FROM = date(2023, 1, 1)


def _region(policy: ServicePolicy) -> ServicePolicy:
    """Mark every field that no seed states as assumed."""
    silent = tuple(name for name in SETTING_FIELDS if name not in policy.sources)
    return check_policy(msgspec.structs.replace(policy, assumed=silent))


NORRBOTTEN = _region(
    ServicePolicy(
        region="norrbotten",
        valid_from=_FROM,
        clocks={
            1: (Clock("start", 3, "working_days", "hard"),),
            3: (Clock("done", 3, "working_days", "hard"),),
            4: (Clock("done", 24, "hours", "hard"),),
        },
        replacement_chain="binding",
        label_owner="Länsservice Boden",
        sources={
            "priorities": "R-187, R-188, R-189, R-190, R-191, R-192",
            "clocks": "R-187, R-189, R-190",
            "fault_text_limit": "R-199",
            "pickup_text_limit": "R-250",
            "cancel_order_by": "R-154",
            "cancel_pickup_by": "R-156",
            "replacement_chain": "R-148",
            "order_number_series": "R-343, R-344, R-345",
            "transfer_answer_days": "R-160",
            "buy_back_days": "R-272",
        },
    )
)

VASTRA_GOTALAND = _region(
    ServicePolicy(
        region="vastra_gotaland",
        valid_from=_FROM,
        # The seed says that the field scrolls and states no limit; the hard cap of the product is assumed.
        fault_text_limit=2000,
        cancel_order_by="orderer_until_processing",
        label_owner="Hjälpmedelscentralen",
        sources={"cancel_order_by": "R-155"},
    )
)

_VASTMANLAND_CORRECTIVE = (
    Clock("contact", 1, "working_days", "goal"),
    Clock("done", 5, "working_days", "goal", share=80),
)

VASTMANLAND = _region(
    ServicePolicy(
        region="vastmanland",
        valid_from=_FROM,
        # Its goals hold for every corrective report, so for each priority but inspection (5) and supplier (6).
        clocks=dict.fromkeys((1, 2, 3, 4), _VASTMANLAND_CORRECTIVE),
        exchange_models=("Resmed AirSense 10 Autoset", "Resmed AirSense 10 Autoset For Her", "Resmed S9 Autoset"),
        label_owner="Hjälpmedelscentrum",
        label_phone="021-17 30 48",
        sources={
            "calendar": "R-244, R-245",
            "clocks": "R-213, R-214",
            "replacement_chain": "R-149",
            "rent_end": "R-265",
            "exchange_models": "R-238",
            "label_phone": "S3:414",
            "maintenance_notice_days": "R-228",
        },
    )
)

VARMLAND = _region(ServicePolicy(region="varmland", valid_from=_FROM, label_owner="Hjälpmedelsservice HMS"))

REGIONS: dict[str, ServicePolicy] = {
    policy.region: policy for policy in (NORRBOTTEN, VASTRA_GOTALAND, VASTMANLAND, VARMLAND)
}
