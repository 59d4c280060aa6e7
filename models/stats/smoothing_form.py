"""The forms of exponential smoothing, by the codes of the literature."""

import re
from dataclasses import dataclass, replace

_SLOW = 0.2
"""Of an error a slow slope takes up so much, shared out over a cycle, as in R's ``ets``."""


@dataclass(frozen=True, slots=True)
class Form:
    """One exponential smoothing model: error, trend and season, each N(one), A(dditive) or M(ultiplicative).

    ``slow``: whether the search keeps the slope from following every error.
    """

    error: str
    trend: str
    season: str
    damped: bool = False
    season_length: int = 1
    slow: bool = False

    @property
    def code(self) -> str:
        """The usual short name, for instance ``AAdM``."""
        return f"{self.error}{self.trend}{'d' if self.damped else ''}{self.season}"

    @property
    def title(self) -> str:
        """The usual name, for instance ``ETS(A,Ad,M)``."""
        return f"ETS({self.error},{self.trend}{'d' if self.damped else ''},{self.season})"

    @property
    def twin(self) -> "Form":
        """The form with the other kind of errors."""
        return replace(self, error="M" if self.error == "A" else "A")

    @property
    def undamped(self) -> "Form":
        """The form whose slope goes on."""
        return replace(self, damped=False)

    @property
    def has_trend(self) -> bool:
        """Whether there is a slope."""
        return self.trend != "N"

    @property
    def has_season(self) -> bool:
        """Whether there is a season."""
        return self.season != "N"

    @property
    def most_beta(self) -> float:
        """The largest beta that is searched."""
        return _SLOW / self.season_length if self.slow else 1.0

    @property
    def size(self) -> int:
        """Length of the state."""
        return 1 + self.has_trend + self.has_season * self.season_length

    @property
    def smoothing(self) -> tuple[int, ...]:
        """Which of alpha, beta, gamma, phi the form has, by position."""
        return (0, *(1,) * self.has_trend, *(2,) * self.has_season, *(3,) * self.damped)

    @property
    def parameters(self) -> int:
        """Number of parameters that count in an information criterion, the variance among them."""
        return len(self.smoothing) + self.size - self.has_season + 1

    @property
    def needs_positive(self) -> bool:
        """Whether any part is multiplicative, so that values have to be over 0."""
        return "M" in (self.error, self.trend, self.season)


def parse_code(code: str) -> tuple[str, str, str, bool | None]:
    """Split a code such as ``ZZZ``, ``MNM`` or ``AAdA`` into error, trend, season and damping (None: try both).

    Raises ``ValueError`` if it is none.
    """
    match = re.fullmatch(r"([AMZ])(N|A|M|Z|Ad|Md|Zd)([NAMZ])", code)
    if match is None:
        raise ValueError(
            "an error of A, M or Z, a trend of N, A, Ad, M, Md or Z "
            "and a season of N, A, M or Z, such as 'ZZZ' or 'AAdA'"
        )
    error, trend, season = match.groups()
    damped = True if trend.endswith("d") else (None if trend == "Z" else False)
    return error, trend[0], season, damped


def forms_of(code: str, season_length: int, positive: bool) -> list[Form]:
    """Return the forms that a code stands for, without those that the data or the theory forbid.

    A trend that is left to be chosen is slow.

    Left out of an automatic choice, as in R's ``ets``: multiplicative trends, and additive errors with
    a multiplicative season, whose variance is infinite; asked for in so many words, they are tried.
    """
    error, trend, season, damped = parse_code(code)
    forms = [
        Form(e, t, s, d, season_length if s != "N" else 1, slow=trend == "Z")
        for e in (error if error != "Z" else "AM")
        for t in (trend if trend != "Z" else "NA")
        for d in ((damped,) if damped is not None else (False, True) if t != "N" else (False,))
        for s in (season if season != "Z" else "NAM" if season_length > 1 else "N")
        if not (d and t == "N")
        if not ("Z" in (error, season) and e == "A" and s == "M")
    ]
    return [form for form in forms if positive or not form.needs_positive]
