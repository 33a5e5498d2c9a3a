"""The roof: every room is opened here and nowhere else. Nothing imports this module but the command line."""

from __future__ import annotations

import importlib.metadata
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from app.administration import feature as administration
from app.audit import feature as audit
from app.database import Database, migrate, open_database
from app.device_flags import feature as device_flags
from app.feature import Feature
from app.identity import feature as identity
from app.identity.access import guard, provide_actor, provide_signed_in
from app.identity.cookies import Cookies
from app.identity.permissions import PUBLIC, SIGNED_IN
from app.jobs import JobRunner
from app.messages import feature as messages
from app.neighbours import runs_feature
from app.orders import feature as orders
from app.policy import feature as policy
from app.purchases import feature as purchases
from app.registry import feature as registry
from app.service_levels import feature as service_levels
from app.settings import Settings
from app.stock import feature as stock
from app.sync_health import feature as sync_health
from app.traceability import feature as traceability
from app.web.application import Application
from app.web.disk import Disk
from app.web.health import health
from app.web.openapi import complete, openapi_config
from app.web.problems import EXCEPTION_HANDLERS
from app.web.requests import DEFAULT_BODY_BYTES, RequestRules, origin_of
from field.fault_reports import feature as fault_reports
from field.maintenance import feature as maintenance
from field.protocols import feature as protocols
from field.work_orders import feature as work_orders
from labels import feature as labels
from labels.device_index import feature as device_index
from offline_sync.assembly import build_sync
from pwa.static import ClientFiles
from routing.pickups import feature as pickups
from routing.plans import feature as plans
from routing.returns import feature as returns
from routing.rounds import feature as rounds
from routing.schedules import feature as schedules

#: The rooms that hand something in, from the ground up; offline_sync comes last, for it is assembled from the others.
ROOMS: Final[tuple[Callable[[Settings], Feature], ...]] = (
    identity.feature,
    audit.feature,
    policy.feature,
    registry.feature,
    messages.feature,
    labels.feature,
    device_index.feature,
    protocols.feature,
    work_orders.feature,
    maintenance.feature,
    runs_feature,
    fault_reports.feature,
    rounds.feature,
    plans.feature,
    schedules.feature,
    administration.feature,
    orders.feature,
    pickups.feature,
    returns.feature,
    stock.feature,
    sync_health.feature,
    purchases.feature,
    device_flags.feature,
    traceability.feature,
    service_levels.feature,
)


def build_features(settings: Settings) -> tuple[Feature, ...]:
    """What every room hands in, but for the protocol's own."""
    return tuple(room(settings) for room in ROOMS)


def create_app(
    settings: Settings,
    features: Sequence[Feature] | None = None,
    *,
    database: Database | None = None,
    routes: Sequence[HTTPRouteHandler] = (),
) -> Application:
    """Assemble the application.

    Args:
        settings: this server's settings.
        features: what the rooms hand in, the protocol aside; all rooms' when None.
        database: an open and migrated database; when None the application opens, migrates and closes its own.
        routes: handlers beside the features' own, for example those generated per command type.
    """
    handed_in = tuple(build_features(settings) if features is None else features)
    sync = build_sync(settings, handed_in)
    rooms = (*handed_in, sync.feature)

    @asynccontextmanager
    async def lifespan(application: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            base = database
            if base is None:
                base = await open_database(settings)
                opened.push_async_callback(base.close)
                await migrate()
            await sync.pokes.start(base)
            opened.push_async_callback(sync.pokes.stop)
            runner = JobRunner(rooms)
            await runner.start()
            opened.push_async_callback(runner.stop)
            application.state["ready"] = True
            opened.callback(application.state.update, {"ready": False})
            yield

    application = Application(
        route_handlers=[health, *(route for room in rooms for route in room.routes), *routes],
        lifespan=[lifespan],
        guards=[guard],
        dependencies={"actor": Provide(provide_actor), "signed_in": Provide(provide_signed_in)},
        middleware=[RequestRules(Disk(settings.data, settings.free_space_bytes), _own_origins(settings))],
        exception_handlers=EXCEPTION_HANDLERS,
        request_max_body_size=DEFAULT_BODY_BYTES,
        openapi_config=openapi_config(version=_version(), permission=PUBLIC if settings.demo else SIGNED_IN),
        state=State(
            {
                "ready": False,
                "demo": settings.demo,
                "settings": settings,
                "cookies": Cookies(https=settings.https),
                "dispatcher": sync.dispatcher,
            }
        ),
        logging_config=None,
        debug=False,
    )
    application.https = settings.https
    application.pictures_from = settings.tiles_origin
    application.state["features"] = rooms
    application.client = ClientFiles()
    return application


def openapi_document(application: Litestar) -> dict[str, Any]:
    """The document that /schema/openapi.json answers, for tests and for the client's types."""
    return complete(application.openapi_schema.to_schema())


def _own_origins(settings: Settings) -> frozenset[str]:
    return frozenset({origin_of(settings.public_url)})


def _version() -> str:
    try:
        return importlib.metadata.version("turbil")
    except importlib.metadata.PackageNotFoundError:
        return "0"
