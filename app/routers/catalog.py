"""``GET /v1/catalog`` and ``GET /v1/limits``."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.http.dependencies import SettingsDep
from app.http.openapi import PROBLEMS
from app.http.responses import json_response
from app.schemas.answers import Catalog, LimitsAnswer
from app.services import catalog as service

router = APIRouter(tags=["catalog"], responses=PROBLEMS)


@router.get("/v1/catalog", responses={200: {"model": Catalog}})
def catalog() -> Response:
    """List every forecaster, detector and decomposition with the JSON Schema of its parameters."""
    return json_response(service.catalog())


@router.get("/v1/limits", responses={200: {"model": LimitsAnswer}})
async def limits(settings: SettingsDep) -> Response:
    """Show the limits in force, under the names of their settings."""
    return json_response(settings.limits().model_dump())
