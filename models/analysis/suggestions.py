"""Which forecasters and detectors suit a series, each with its reason: plain rules on what was measured."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from models.analysis.intermittency import Intermittency
from models.analysis.strength import Strengths
from models.stats.autocorrelation import WhiteNoiseTest
from models.stats.stationarity import Stationarity
from models.wording import counted

_STRONG = 0.64
"""From here on a season or a trend is strong: the limit at which R's nsdiffs takes seasonal differences."""
_CLEAR = 0.3
"""From here on a trend is there at all."""
_LONGEST_SEASON = 24
"""Longer seasons have more states than smoothing can learn: Hyndman and Athanasopoulos, FPP3, §8.3, §12.1."""
SHORT = 8
_MOST = 4


@dataclass(frozen=True, slots=True)
class SeriesCharacteristics:
    """What the rules look at; None where it could not be measured."""

    length: int
    constant: bool
    seasons: tuple[int, ...]
    strengths: Strengths | None
    stationarity: Stationarity | None
    white_noise: WhiteNoiseTest | None
    demand: Intermittency | None

    @property
    def season(self) -> int:
        """The strongest season, 1 without any."""
        found = () if self.strengths is None else self.strengths.seasons
        return max(found, key=lambda one: one.strength).season_length if found else 1

    @property
    def seasonal(self) -> float:
        """Strength of the strongest season."""
        return 0.0 if self.strengths is None else self.strengths.seasonal

    @property
    def trend(self) -> float:
        """Strength of the trend."""
        return 0.0 if self.strengths is None else self.strengths.trend or 0.0

    @property
    def verdict(self) -> str:
        """What the tests of stationarity say."""
        return "inconclusive" if self.stationarity is None else self.stationarity.verdict

    @property
    def is_white_noise(self) -> bool:
        """Whether there may be nothing but noise."""
        return self.white_noise is not None and self.white_noise.is_white_noise

    @property
    def has_season(self) -> bool:
        """Whether there is a season that is more than noise."""
        return self.seasonal >= (_STRONG if self.is_white_noise else _CLEAR)

    @property
    def is_intermittent(self) -> bool:
        """Whether it is demand that comes now and then, not at hours or days that are known."""
        return self.demand is not None and self.demand.is_intermittent and self.seasonal < _STRONG

    @property
    def is_mostly_zero(self) -> bool:
        """Whether more than half of the values are zero."""
        return self.demand is not None and self.demand.adi > 2.0

    @property
    def kind(self) -> Literal["additive", "multiplicative"]:
        """How the season goes with the level."""
        grows = self.strengths is not None and self.strengths.multiplicative
        return "multiplicative" if grows else "additive"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A model by its name in the catalog, parameters that suit, and why."""

    name: str
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What to try first, best first."""

    forecasters: tuple[Suggestion, ...]
    detectors: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class HoltWintersSuitability:
    """Whether Holt-Winters suits the series, with which season, and why or why not."""

    is_candidate: bool
    seasonal: Literal["additive", "multiplicative"] | None
    reason: str


def suggest(facts: SeriesCharacteristics) -> Suggestions:
    """Suggest forecasters and detectors, at most four of each."""
    return Suggestions(tuple(_forecasters(facts))[:_MOST], tuple(_detectors(facts))[:_MOST])


def holt_winters(facts: SeriesCharacteristics) -> HoltWintersSuitability:
    """Tell whether Holt-Winters suits: a strong season, short enough, of values that are always there.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §8.3.
    """
    refusal = _why_not(facts)
    if refusal is not None:
        return HoltWintersSuitability(False, None, refusal)
    swings = "grow with the level" if facts.kind == "multiplicative" else "keep their size"
    reason = (
        f"a season of {facts.season} (strength {facts.seasonal:.2f}) whose swings {swings}, and a trend of"
        f" strength {facts.trend:.2f}: {facts.kind}"
    )
    return HoltWintersSuitability(True, facts.kind, reason)


def _why_not(facts: SeriesCharacteristics) -> str | None:
    if facts.constant:
        return "the series is constant"
    if facts.is_intermittent:
        return "demand comes now and then, which smoothing blurs"
    if not facts.seasons:
        return "no season of which there are two cycles was found"
    if len(facts.seasons) > 1:
        listed = ", ".join(str(m) for m in facts.seasons)
        return f"there are several seasons ({listed}), and it takes one"
    if facts.season > _LONGEST_SEASON:
        return (
            f"a season of {facts.season} is too long: more than {_LONGEST_SEASON} states to learn"
        )
    if facts.seasonal < _STRONG:
        return f"the season of {facts.season} is weak (strength {facts.seasonal:.2f} of 1)"
    return None


# --- forecasters -------------------------------------------------------------


def _forecasters(facts: SeriesCharacteristics) -> Iterator[Suggestion]:
    if facts.constant:
        yield Suggestion("naive", "all values are the same, and the last one goes on")
    elif facts.is_intermittent and facts.demand is not None:
        yield from _for_intermittency(facts.demand)
        yield Suggestion("naive", f"the yardstick{'; mostly zero' * facts.is_mostly_zero}")
    elif facts.length < SHORT:
        yield Suggestion(
            "naive", f"{counted(facts.length, 'value is', 'values are')} too few to learn from"
        )
        yield Suggestion("auto", "tries what the length allows")
    elif facts.has_season:
        yield from _for_seasons(facts)
    elif facts.is_white_noise:
        yield from _for_white_noise(facts)
    else:
        yield from _for_levels(facts)


def _for_intermittency(found: Intermittency) -> Iterator[Suggestion]:
    why = f"a value above zero comes every {found.adi:.1f} observations on average"
    if found.demand_class == "lumpy":
        yield Suggestion("tsb", f"{why} and varies much (CV² {found.cv2:.2f}): lumpy")
        yield Suggestion("adida", "adds zeros up to longer steps, on which demand is steadier")
    else:
        yield Suggestion("croston", f"{why}, of about one size (CV² {found.cv2:.2f}): intermittent")
        yield Suggestion("tsb", "the same, and lets go of demand that has ended")


def _for_seasons(facts: SeriesCharacteristics) -> Iterator[Suggestion]:
    yield Suggestion("auto", "weighs several models by what they would have missed")
    candidate = holt_winters(facts)
    if len(facts.seasons) > 1 or facts.season > _LONGEST_SEASON:
        listed = ", ".join(str(m) for m in facts.seasons)
        yield Suggestion("stl", f"seasons of {listed}: several or long ones are taken off by loess")
        yield Suggestion("fourier_arima", "long seasons as a few waves, neighbours by ARIMA")
    elif candidate.is_candidate:
        params = {"seasonal": candidate.seasonal}
        yield Suggestion("holt_winters", candidate.reason, params)
        yield Suggestion("ets", "chooses error, trend and season of the same family by AICc")
    else:
        yield Suggestion("ets", f"{candidate.reason}: AICc decides whether it counts")
    yield Suggestion("seasonal_naive", f"the yardstick: what was {facts.season} steps before")


def _for_white_noise(facts: SeriesCharacteristics) -> Iterator[Suggestion]:
    p_value = 1.0 if facts.white_noise is None else facts.white_noise.p_value
    text = f"white noise (Ljung-Box p = {p_value:.2f}): its mean says all that can be known"
    yield Suggestion("mean", text)
    yield Suggestion("ses", "the same with a level that may move")


def _for_levels(facts: SeriesCharacteristics) -> Iterator[Suggestion]:
    yield Suggestion("auto", "weighs several models by what they would have missed")
    if facts.verdict == "stationary":
        yield Suggestion("arima", "returns to its level: neighbours tell the way there")
        yield Suggestion("ses", "follows a level that moves slowly")
    elif facts.trend >= _STRONG:
        yield Suggestion(
            "holt",
            f"a trend of strength {facts.trend:.2f}, which is damped ahead",
            {"damped": True},
        )
        yield Suggestion("optimized_theta", "half the slope: hard to beat on short trending series")
    else:
        yield Suggestion("optimized_theta", "a level that wanders, with half its slope")
    if facts.verdict == "difference-stationary":
        yield Suggestion("naive", "a wandering level: the last value is hard to beat")


# --- detectors ---------------------------------------------------------------


def _detectors(facts: SeriesCharacteristics) -> Iterator[Suggestion]:
    yield Suggestion("auto", "chooses and combines by what the series shows")
    if facts.constant or facts.is_intermittent or facts.length < SHORT:
        yield Suggestion("band", _why_band(facts))
        return
    if facts.has_season:
        text = f"what is usual depends on the season of {facts.season}: judge forecasts' errors"
        yield Suggestion("prediction_interval", text)
    elif facts.verdict != "stationary":
        yield Suggestion("rolling_band", "the level moves: compare with the latest values only")
    if facts.verdict == "stationary" and not facts.has_season:
        yield Suggestion("band", _why_band(facts))


def _why_band(facts: SeriesCharacteristics) -> str:
    if facts.constant:
        return "all values are the same: any other is one"
    if facts.is_intermittent:
        often = "mostly zeros" if facts.is_mostly_zero else "demand comes now and then"
        return f"{often}: what is unusual is a size"
    if facts.length < SHORT:
        return "few values: one band around them"
    return "the values scatter around one level"
