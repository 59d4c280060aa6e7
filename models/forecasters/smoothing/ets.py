"""Error, trend, season: every exponential smoothing model, chosen by an information criterion."""

from pydantic import Field, field_validator

from models.forecasters.smoothing import _search as engine
from models.forecasters.smoothing._model import SmoothingForecaster
from models.forecasters.smoothing._search import Criterion
from models.params import SeasonalParams
from models.stats import smoothing_form as forms
from models.stats.smoothing_form import Form
from models.stats.stationarity import is_steady
from models.types import FloatArray


class ETSParams(SeasonalParams):
    """Which forms are tried, and how the best of them is told."""

    model: str = Field(
        "ZZZ",
        title="Form",
        description="Error (A, M), trend (N, A, Ad, M, Md) and season (N, A, M) in one code, such as AAdA; "
        "Z leaves a part to be chosen.",
        examples=["ZZZ", "AAdA", "MAM", "ANN"],
    )
    criterion: Criterion = Field(
        "aicc", title="Criterion", description="Information criterion by which a form is chosen."
    )

    @field_validator("model")
    @classmethod
    def _known(cls, code: str) -> str:
        forms.parse_code(code)
        return code


class ETS(SmoothingForecaster[ETSParams]):
    """Exponential smoothing in any of its forms, found by likelihood.

    A season that the series is too short for is left out of an automatic choice; of fewer than four cycles a
    season is not put to the criterion, having been named or tested before. Five or six values, too few for the
    criterion of a trend, have one where they rise or fall steadily.

    Reference: Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing: The State
    Space Approach; Hyndman and Khandakar (2008), Automatic Time Series Forecasting, JSS 27(3).
    """

    name = "ets"
    title = "ETS"
    summary = "Chooses among exponential smoothing models with and without trend and season; a strong default."
    reference = (
        "Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing, Springer"
    )

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Six forms without a season, fifteen with one, then the seasonal states of the best."""
        forms = 6 if season_length == 1 else 15
        free = min(season_length, engine.LONGEST_FREE_SEASON)
        return (6e-4 + 2.4e-6 * observations) * (forms + free)

    def _forms(self, positive: bool, season_length: int) -> list[Form]:
        return forms.forms_of(self.params.model, season_length, positive)

    def _fitting(self, forms: list[Form], y: FloatArray) -> list[Form]:
        few = super()._fitting(forms, y)
        straight = [form for form in few if form.code == "AAN"]
        uncompared = bool(straight) and len(y) < engine.required_points(straight[0])
        return straight if uncompared and is_steady(y) else few

    def _criterion(self) -> Criterion:
        return self.params.criterion

    def _title(self) -> str:
        return self._form().title
