"""Several named forecasters, combined by mean, median or weights."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from models import registry
from models.contract.context import Context
from models.contract.cost import Workload
from models.data.series import Notice, Series
from models.forecasters.base import Forecaster
from models.forecasters.combination._combining import ORIGINS, STRONG, CombiningForecaster, Method
from models.params import Params, SeasonalParams
from models.registry import ModelSpec, NamedModel


class MemberParams(Params):
    """One member: the name of a forecaster, and its params."""

    name: str = Field(title="Model", description="Name of a forecaster in the catalog.")
    params: dict[str, Any] = Field(
        default_factory=dict, title="Params", description="Its params; its defaults if left out."
    )

    def spec(self) -> ModelSpec:
        """Return what the registry takes."""
        return ModelSpec(self.name, self.params)


def _named(value: Any) -> Any:
    return {"name": registry.known_forecaster(value)} if isinstance(value, str) else value


def _known(member: MemberParams) -> MemberParams:
    registry.known_forecaster(NamedModel(name=member.name, params=member.params))
    return member


Member = Annotated[
    MemberParams,
    BeforeValidator(_named, json_schema_input_type=str | MemberParams),
    AfterValidator(_known),
]


class EnsembleParams(SeasonalParams):
    """The members and how they are combined."""

    models: list[Member] = Field(
        default=[MemberParams(name=name) for name in STRONG],
        min_length=1,
        max_length=20,
        title="Members",
        description="Forecasters by name, or objects of name and params.",
    )
    method: Method = Field(
        "median",
        title="Combination",
        description="Mean, median, or mean weighted by the inverse squared error at rolling origins.",
    )


class Ensemble(CombiningForecaster[EnsembleParams]):
    """The mean, median or inverse-error weighted mean of other forecasters, bounds of intervals included.

    A member that cannot be fitted is left out, with a notice.

    Reference: Bates and Granger (1969), The combination of forecasts, OR Quarterly 20; Lichtendahl,
    Grushka-Cockayne and Winkler (2013), Is it better to average probabilities or quantiles?, Management
    Science 59.
    """

    name = "ensemble"
    title = "Ensemble"
    summary = "Combines the forecasts of several models, which is safer than choosing one."
    reference = (
        "Bates & Granger (1969), The combination of forecasts, Operational Research Quarterly 20(4)"
    )

    takes_several_seasons = True
    takes_exogenous = True

    def required_observations(self, season_length: int) -> int:
        """What the least demanding member needs."""
        members = [registry.create(Forecaster, member.spec()) for member in self.params.models]
        return min(member.required_observations(season_length) for member in members)

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """All members; five times as much where they are weighed by their errors at rolling origins."""
        work = Workload.of_one(observations, season_length, horizon)
        members = [registry.create(Forecaster, one.spec()) for one in self.params.models]
        fits = 1 + ORIGINS * (self.params.method == "weighted")
        return fits * sum(one.cost(work).seconds for one in members)

    def _memory_bytes(self, observations: int, season_length: int, horizon: int) -> int:
        """That of its greediest member: they are fitted one after another."""
        work = Workload.of_one(observations, season_length, horizon)
        members = [registry.create(Forecaster, one.spec()) for one in self.params.models]
        return max(one.cost(work).memory_bytes for one in members)

    def _fit_within(self, series: Series, context: Context) -> None:
        super()._fit_within(series, context)
        if series.exog and not any(member.takes_exogenous for member in self.members_):
            names = ", ".join(sorted(series.exog))
            text = f"{names} not used: none of the members takes exogenous variables"
            able = registry.named("forecaster", "exogenous", but=self.name)
            self.notices_.append(Notice("exogenous_unused", text, f"add one of {able}"))

    def uses_column(self, series: Series, name: str) -> bool:
        """Whether a column has a part in the forecast of any member."""
        return any(member.uses_column(series, name) for member in self.members_)

    def _specs(self, series: Series) -> list[ModelSpec]:
        return [member.spec() for member in self.params.models]

    def _method(self) -> Method:
        return self.params.method

    def _title(self) -> str:
        return f"Ensemble ({self.params.method} of {len(self.params.models)})"
