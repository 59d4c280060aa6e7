"""Words in messages: a count with its noun, and the known name that one received stands for."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

_LEAST_PART = 3
"""Letters of a name that stands for a longer one."""
_ALIKE = 0.6
"""Less alike is not meant: guesses from .5 on were mostly wrong."""
_ELSEWHERE: Mapping[str, Sequence[str]] = {
    name: words.split()
    for name, words in {
        "add_history": "fitted insample returnhistory",
        "bounds": "cap floor lower max min nonnegative upper",
        "causal": "live online streaming",
        "detection_size": "last lastpoints nlast",
        "detector": "algorithm method model",
        "direction": "side",
        "ds": "date dates time timecol timestamp timestamps",
        "future": "covariates exog futuredf futureexog regressors x xdf xfuture xreg",
        "h": "fh nahead nperiods periods predictionlength steps",
        "holidays": "country",
        "level": "alpha ci confidence coverage intervals intervalwidth predictionintervals",
        "max_anomaly_ratio": "contamination outliersfraction",
        "method": "algorithm detector model",
        "missing": "fillna imputation impute",
        "model": "algorithm detector forecaster method",
        "n_paths": "nsamples numsamples samples simulations",
        "n_windows": "cv folds nfolds nsplits",
        "random_state": "randomseed seed",
        "rank_by": "metric metrics",
        "resample": "agg aggregate",
        "season_length": "m period seasonality seasonalperiod seasonalperiods sp",
        "series": "data dataframe df values",
        "step_size": "step stride",
        "suppress_for": "cooldown",
        "timeout_s": "budget timelimit",
        "transform": "log",
        "tz": "timezone",
        "unique_id": "id idcol name seriesid",
        "y": "target targetcol value",
    }.items()
}
"""What other libraries, or other endpoints, call an option; requests do not take these words, hints know them."""


def nearest(received: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like one received, whatever its case and separators; None if none is.

    A name at the end of a longer one is meant by it, as ``ets`` by ``AutoETS``, and one by its beginning.
    """
    plain = _plain(received)
    names = {_plain(name): name for name in known}
    ends = sorted((name for name in names if _ends(plain, name)), key=len)
    begun = sorted((name for name in names if _begins(plain, name)), key=len)
    near = ends[-1:] or begun[:1] or get_close_matches(plain, names, n=1, cutoff=_ALIKE)
    return names[near[0]] if near else None


def meant(received: str, known: Iterable[str]) -> str | None:
    """Return the known name of what another library, or another endpoint, calls by the one received, or None."""
    return next((name for name in known if _plain(received) in _ELSEWHERE.get(name, ())), None)


def counted(count: int, one: str, several: str = "") -> str:
    """Return a count with its noun, and what else has a number, as in "1 row is" and "2 rows are"."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _ends(text: str, name: str) -> bool:
    return text == name or (len(name) >= _LEAST_PART and text.endswith(name))


def _begins(text: str, name: str) -> bool:
    return len(text) >= _LEAST_PART and name.startswith(text)
