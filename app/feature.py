"""What a feature hands to main: its commands, views, routes and jobs. Nothing else of it is wired anywhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar.handlers import HTTPRouteHandler

from offline_sync.commands import CommandType
from offline_sync.review_hooks import ReviewEffect, ReviewOffice
from offline_sync.views import View

JobHandler = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Feature:
    """A wing of the house.

    Attributes:
        name: the folder's name.
        commands: see offline_sync/commands.py.
        views: see offline_sync/views.py.
        routes: Litestar handlers; each carries ``opt={"permission": ...}``.
        jobs: job kind -> handler, see app/jobs.py.
        slow_jobs: the same for work that takes many seconds: it runs beside the others and holds none of them up.
        every: job kind -> seconds; started again that often.
        sentences: verdict code -> (Swedish, English), see offline_sync/sentences.py.
        review_effects: kind of subject -> what "the field is right" does, see offline_sync/review_hooks.py.
        review_office: kind of subject -> the office's values now, to stand beside the field's.
    """

    name: str
    commands: tuple[CommandType, ...] = ()
    views: tuple[View, ...] = ()
    routes: tuple[HTTPRouteHandler, ...] = ()
    jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    slow_jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    every: Mapping[str, int] = field(default_factory=dict)
    sentences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    review_effects: Mapping[str, ReviewEffect] = field(default_factory=dict)
    review_office: Mapping[str, ReviewOffice] = field(default_factory=dict)
