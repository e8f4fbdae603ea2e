"""What people and machines read about this service."""

from __future__ import annotations

from starlette.responses import HTMLResponse, JSONResponse

from domain.errors import NotFound
from entrypoints.web.declared import problems
from entrypoints.web.given import Api
from entrypoints.web.pages import PAGE_POLICY, docs_page, problem_page
from entrypoints.web.problem_types import PROBLEM_TYPES
from entrypoints.web.route import router as new_router

router = new_router("pages")


@router.get("/problems/{code}", response_class=HTMLResponse, responses=problems(NotFound))
async def explain_problem(code: str) -> HTMLResponse:
    """What a type of problem means, and what one can do about it."""
    if code not in PROBLEM_TYPES:
        raise NotFound("type of problem")
    return HTMLResponse(problem_page(code, PROBLEM_TYPES[code]), headers=PAGE_POLICY)


@router.get("/openapi.json", include_in_schema=False)
async def openapi(api: Api) -> JSONResponse:
    """OpenAPI 3.1."""
    return JSONResponse(api)


@router.get("/docs", response_class=HTMLResponse, include_in_schema=False)
async def docs(api: Api) -> HTMLResponse:
    """Every operation, for people."""
    return HTMLResponse(docs_page(api), headers=PAGE_POLICY)
