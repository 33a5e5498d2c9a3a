"""What the protocol hands to main. It knows no feature: their commands and views are handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.audit.access import log_access
from app.feature import Feature
from app.identity.actors import load_actor
from app.settings import Settings
from offline_sync import pull_repository
from offline_sync.blobs import BlobStore, open_blobs
from offline_sync.command_view import command_view
from offline_sync.deciding import Decider, effects_of
from offline_sync.dispatcher import Clock, Dispatcher, utc_now
from offline_sync.events import PokeListener
from offline_sync.office import office_routes
from offline_sync.pull import Puller
from offline_sync.reviews import office_of
from offline_sync.routes import blob_routes, sync_routes
from offline_sync.sealed_routes import sealed_routes


@dataclass(frozen=True)
class Sync:
    """The assembled protocol.

    Attributes:
        feature: routes, commands, views and jobs, to stand beside the other features.
        dispatcher: the one write path.
        puller: answers pulls; tests call it directly.
        blobs: the attachments' files.
        pokes: main starts it when the database is open and stops it before it closes.
    """

    feature: Feature
    dispatcher: Dispatcher
    puller: Puller
    blobs: BlobStore
    pokes: PokeListener


def build_sync(settings: Settings, features: Sequence[Feature], *, clock: Clock = utc_now, min_build: str = "") -> Sync:
    """Assemble the protocol from the commands, views and sentences of ``features``."""
    decider = Decider(effects_of(features))
    own = Feature(name="offline_sync", commands=(decider.command_type(),))
    dispatcher = decider.dispatcher = Dispatcher((*features, own), load_actor=load_actor, clock=clock)
    views = (*(view for feature in features for view in feature.views), command_view(dispatcher.sentences))
    puller = Puller(
        views, log_access=log_access, clock=clock, min_build=min_build, readable_hours=settings.readable_hours
    )
    blobs = open_blobs(settings)
    pokes = PokeListener()

    async def replay_parked(_args: dict[str, Any]) -> None:
        await dispatcher.replay_parked()

    async def prune_touches(_args: dict[str, Any]) -> None:
        await pull_repository.prune_touches()

    async def prune_views(_args: dict[str, Any]) -> None:
        await pull_repository.prune_views()

    feature = replace(
        own,
        views=views[-1:],
        routes=(
            *sync_routes(
                dispatcher=dispatcher,
                puller=puller,
                pokes=pokes,
                blobs=blobs,
                keys_folder=settings.data / "keys",
                review_office=office_of(features),
            ),
            *sealed_routes(dispatcher=dispatcher, keys_folder=settings.data / "keys"),
            *blob_routes(blobs),
            *office_routes(dispatcher),
        ),
        jobs={
            "sync.replay_parked": replay_parked,
            "sync.prune_touches": prune_touches,
            "sync.prune_views": prune_views,
        },
        every={"sync.replay_parked": 300, "sync.prune_touches": 3600, "sync.prune_views": 86_400},
    )
    return Sync(feature, dispatcher, puller, blobs, pokes)
