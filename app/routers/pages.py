"""The console at ``/`` and the API reference at ``/docs``, from files of this server alone."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)
STATIC = Path(__file__).parents[1] / "web" / "static"
_FRESH = {"Cache-Control": "no-cache"}


@router.get("/")
async def console() -> Response:
    """Return the console."""
    return _page("index.html")


@router.get("/docs")
async def reference() -> Response:
    """Return the API reference."""
    return _page("docs.html")


def _page(name: str) -> Response:
    path = STATIC / name
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, headers=_FRESH)
