"""Origins and cuts of the combination's own backtest."""

import numpy as np
import pytest

from models.forecasters.combination._origins import judged_steps, plan, plan_everywhere


@pytest.mark.parametrize("observations", [5, 6, 9, 30, 59, 60, 144, 200, 201, 1000])
@pytest.mark.parametrize("horizon", [1, 12, 48])
def test_what_serves_an_origin_was_learned_before_it(observations: int, horizon: int) -> None:
    made = plan(observations, horizon)
    assert (made.cuts[made.block] <= made.origins).all()
    assert made.cuts[-1] == made.origins[-1] == observations
    assert made.at_cut[-1]
    assert (np.diff(made.cuts) > 0).all()
    assert (np.diff(made.origins) > 0).all()
    assert made.origins[0] == made.cuts[0] == observations - made.held
    assert made.held <= max(observations / 2, 1)
    assert set(made.cuts.tolist()) <= set(made.origins.tolist())


def test_a_series_that_is_too_short_holds_nothing_out() -> None:
    made = plan(4, 3)
    assert made.held == 0
    assert made.origins.tolist() == made.cuts.tolist() == [4]


def test_everywhere_means_everywhere() -> None:
    made = plan_everywhere(100)
    assert made.origins.tolist() == list(range(1, 101))
    late = made.origins >= made.cuts[0]
    assert (made.cuts[made.block[late]] <= made.origins[late]).all()
    assert (made.block[~late] == 0).all()


@pytest.mark.parametrize(
    ("observations", "seasons", "steps"),
    [
        (200, (12,), 18),  # a year and a half of months
        (200, (4,), 12),
        (1000, (24, 168), 36),
        (1000, (52,), 13),  # a quarter of a year of weeks
        (3000, (365,), 48),
        (401, (7, 365), 28),  # four weeks of days
        (400, (7,), 12),
        (200, (), 12),
        (15, (), 5),
        (5, (), 4),
    ],
)
def test_members_are_judged_by_season_and_length(
    observations: int, seasons: tuple[int, ...], steps: int
) -> None:
    assert judged_steps(observations, seasons) == steps
