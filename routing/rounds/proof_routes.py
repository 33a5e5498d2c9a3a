"""The office's PDF of a stop's proof of delivery."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.audit.access import log_access
from app.database import Record, fetch, fetch_row
from app.identity.actor import Actor
from app.registry.protection import PROTECTED_NAME
from app.web.pictures import PictureRefused, clean_picture
from app.web.problems import Problem, not_found
from offline_sync.blobs import BlobStore
from routing.rounds.proof_pdf import ProofPage, SealBroken, draw

_PROOF: Final = """
select f.id, f.signer_name, f.method, f.items, f.items_sha256, f.at, f.blob_sha256, s.position, s.contact_name,
  s.street, s.postcode, s.town, s.person_id, coalesce(p.protected_identity, false) as protected,
  coalesce(r.name, '') as round_name, u.name as driver_name, c.received_at, b.state as blob_state,
  back.at_est as back_at, coalesce(back.reason, '') as back_reason
from proof_of_delivery f join stop s on s.id = f.stop_id join command_log c on c.id = f.command_id
left join person p on p.id = s.person_id left join van_round r on r.id = s.round_id
join user_account u on u.id = f.driver_id left join blob b on b.sha256 = f.blob_sha256
left join lateral (select x.at_est, x.result ->> 'reason' as reason from command_log x where x.aggregate = s.id
    and x.type in ('stop.undo', 'stop.reopen') and x.verdict = 'applied'
    and (x.result ->> 'undone' = f.command_id::text or coalesce(x.result -> 'reopened', '[]') ? f.command_id::text)
  order by x.at_est limit 1) back on true
where f.region_id = $1 and f.stop_id = $2
order by back.at_est is not null, f.at desc, f.id limit 1
"""


def proof_routes(blobs: BlobStore) -> tuple[HTTPRouteHandler, ...]:
    """The route."""
    one_at_a_time = asyncio.Semaphore(1)

    @get(
        "/api/stops/{stop_id:uuid}/proof",
        operation_id="get_delivery_proof",
        opt={"permission": "proof.read"},
        media_type="application/pdf",
    )
    async def get_delivery_proof(actor: NamedDependency[Actor], stop_id: FromPath[UUID]) -> Response[bytes]:
        """Return the stop's proof of delivery as PDF: the one that stands, else the last that was taken back."""
        row = await fetch_row(_PROOF, actor.region_id, stop_id)
        if row is None:
            raise not_found()
        if row["person_id"] is not None:
            await log_access(actor, [row["person_id"]], "proof.read")
        picture = None
        if row["blob_state"] == "complete" and not row["protected"]:
            content = await blobs.read(bytes(row["blob_sha256"]))
            try:
                async with one_at_a_time:
                    picture = await asyncio.to_thread(clean_picture, content)
            except PictureRefused:
                # What came is no picture; the proof itself stands, and says how it was given.
                picture = None
        try:
            page = await asyncio.to_thread(draw, await _page(stop_id, row), picture)
        except SealBroken as broken:
            raise Problem(
                409,
                "proof.seal_broken",
                sv=(
                    "Kvittensen skrivs inte ut",
                    "Raderna stämmer inte med det som kvitterades. Kontakta systemansvarig.",
                ),
                en=(
                    "The proof is not printed",
                    "The items are not those that were signed for. Contact your administrator.",
                ),
            ) from broken
        headers = {
            "Content-Disposition": f'attachment; filename="kvittens-{row["id"]}.pdf"',
            "Cache-Control": "no-store",
        }
        return Response(page, media_type="application/pdf", headers=headers)

    return (get_delivery_proof,)


async def _page(stop_id: UUID, row: Record) -> ProofPage:
    hidden = row["protected"]
    place: list[Any] = [row["street"], f"{row['postcode']} {row['town']}".strip()]
    return ProofPage(
        proof_id=str(row["id"]),
        round_name=row["round_name"],
        stop=row["position"],
        recipient=PROTECTED_NAME if hidden else row["contact_name"],
        address="" if hidden else ", ".join(part for part in place if part),
        signer_name="" if hidden else row["signer_name"],
        method=row["method"],
        driver_name=row["driver_name"],
        items=row["items"],
        items_sha256=row["items_sha256"],
        names=await _names(stop_id),
        at=row["at"],
        received_at=row["received_at"],
        taken_back=None if row["back_at"] is None else (row["back_at"], row["back_reason"]),
    )


async def _names(stop_id: UUID) -> dict[str, str]:
    """What the stop's tasks and the parts of their devices are called, by id."""
    rows = await fetch(
        "select t.id, a.name from stop_task t join article a on a.id = t.article_id where t.stop_id = $1"
        " union all select c.id, 'K-' || c.main_number || ' ' || a.name from stop_task t"
        " join device_component c on c.device_id = t.device_id join article a on a.id = c.article_id"
        " where t.stop_id = $1",
        stop_id,
    )
    return {str(row["id"]): row["name"] for row in rows}
