"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import asyncio
from typing import Final

from entrypoints.web.given import Service
from entrypoints.web.models.ops import StatusOut
from entrypoints.web.problems import Problem
from entrypoints.web.route import router as new_router

LATER: Final = {"Retry-After": "1"}

router = new_router("health")


@router.get("/livez")
async def livez() -> StatusOut:
    """The process answers."""
    return StatusOut()


@router.get("/readyz")
async def readyz(services: Service) -> StatusOut:
    """All that it takes to serve is there."""
    missing = await asyncio.to_thread(services.ready)
    if missing is not None:
        raise Problem("unavailable", missing, headers=LATER)
    return StatusOut()
