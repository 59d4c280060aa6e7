"""Whole backtests in one process; the service does their parts as pieces of work."""

from collections.abc import Sequence

from models.data.results import Outcome
from models.data.series import Series
from models.evaluation.backtest import Backtest, BacktestTask, refit_many, uncuttable
from models.evaluation.fitted_once import roll_many, rolls


def backtest_many(task: BacktestTask, series: Sequence[Series]) -> list[Outcome[Backtest]]:
    """Backtest every series, in order."""
    outcomes: dict[int, Outcome[Backtest]] = {}
    refitted: list[int] = []
    for position, one in enumerate(series):
        error = uncuttable(task.windows, one)
        if error is not None:
            outcomes[position] = Outcome(one.unique_id, error=error)
        elif rolls(task, one):
            [outcomes[position]] = roll_many(task, [one])
        else:
            refitted.append(position)
    again = refit_many(task, [series[position] for position in refitted])
    outcomes.update(zip(refitted, again, strict=True))
    return [outcomes[position] for position in range(len(series))]
