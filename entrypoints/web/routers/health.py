"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import asyncio
from typing import Final

from entrypoints.web.given import Service
from entrypoints.web.models.ops import ReadyOut, StatusOut
from entrypoints.web.problems import Problem
from entrypoints.web.route import router as new_router
from entrypoints.web.workers import in_the_background
from service_layer.commands import SeeReviews
from service_layer.handlers.ops import see_reviews

LATER: Final = {"Retry-After": "1"}

router = new_router("health")


@router.get("/livez")
async def livez() -> StatusOut:
    """The process answers."""
    return StatusOut()


@router.get("/readyz")
async def readyz(services: Service) -> ReadyOut:
    """All that it takes to serve is there; and how many payments wait for a person."""
    missing = await asyncio.to_thread(services.ready)
    if missing is not None:
        raise Problem("unavailable", missing, headers=LATER)
    return ReadyOut(in_review=len(await in_the_background(services)(see_reviews, SeeReviews())))
