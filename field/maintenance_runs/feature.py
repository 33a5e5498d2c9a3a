"""What maintenance runs hand to main; what only routing knows is handed in."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from field.maintenance_runs import arguments, commands
from field.maintenance_runs.routes import Pickups, Travel, run_routes
from field.maintenance_runs.sentences import SENTENCES
from field.maintenance_runs.view import STOP_VIEW
from offline_sync.commands import CommandType, Origin

_OFFICE: Final[frozenset[Origin]] = frozenset({"office"})

COMMANDS: Final = (
    CommandType(
        name="maintenance_run.publish",
        version=1,
        arguments=arguments.PublishRun,
        handler=commands.publish,
        permission="maintenance.manage",
        aggregate_kind=commands.RUN,
        summary="Publicerat en FU-runda",
        origins=_OFFICE,
    ),
    CommandType(
        name="maintenance_run.withdraw",
        version=1,
        arguments=arguments.WithdrawRun,
        handler=commands.withdraw,
        permission="maintenance.manage",
        aggregate_kind=commands.RUN,
        summary="Tagit bort en FU-runda",
        origins=_OFFICE,
    ),
)


def feature(travel: Travel, pickups: Pickups) -> Feature:
    """Return the feature."""
    return Feature(
        name="maintenance_runs",
        commands=COMMANDS,
        views=(STOP_VIEW,),
        routes=run_routes(travel, pickups),
        sentences=SENTENCES,
    )
