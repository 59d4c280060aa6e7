"""Boosted trees of scikit-learn as arrays, so that they can be kept without pickle."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.contract.state import kept
from models.types import BoolArray, FloatArray, IntArray

Shorts: TypeAlias = NDArray[np.int16]

_MOST_AT_ONCE = 1_000_000
"""So many places, rows times trees, are walked down from at once."""


@kept
@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Trees whose values are added to ``baseline``; the nodes of all of them one after another, (nodes,).

    ``first``: where each tree begins. ``feature`` and ``threshold``: what a node asks; ``left`` and ``right``:
    where it sends, counted within its tree; ``missing_left``: where it sends NaN; ``value``: that of a leaf.
    ``importances``: the share of each feature in what all splits gained.
    """

    baseline: float
    first: IntArray
    feature: Shorts
    threshold: FloatArray
    left: Shorts
    right: Shorts
    missing_left: BoolArray
    is_leaf: BoolArray
    value: FloatArray
    importances: FloatArray

    @classmethod
    def grown(
        cls,
        x: FloatArray,
        y: FloatArray,
        count: int,
        random_state: int,
        settings: Mapping[str, Any],
    ) -> Self:
        """Grow so many trees on features, (n, k), for targets, (n,)."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        model = HistGradientBoostingRegressor(
            max_iter=count, early_stopping=False, random_state=random_state, **settings
        )
        telling = np.array([len(np.unique(one[np.isfinite(one)])) > 1 for one in x.T])
        if not telling.any():
            wanted = settings.get("quantile")
            value = y.mean() if wanted is None else np.quantile(y, wanted)
            return cls.constant(float(value), x.shape[1])
        grown = cls.of(model.fit(x[:, telling], y))
        shares = np.zeros(x.shape[1])
        shares[telling] = grown.importances
        places = np.flatnonzero(telling).astype(np.int16)
        return replace(grown, feature=places[grown.feature], importances=shares)

    @classmethod
    def constant(cls, value: float, features: int) -> Self:
        """Return no trees at all: what is left where no feature tells anything."""
        none, first = np.empty(0, dtype=np.int16), np.empty(0, dtype=np.int64)
        flags = np.empty(0, dtype=bool)
        empty = np.empty(0)
        shares = np.zeros(features)
        return cls(value, first, none, empty, none, none, flags, flags, empty, shares)

    @classmethod
    def of(cls, model: Any) -> Self:
        """Take the trees out of a fitted ``HistGradientBoostingRegressor``."""
        nodes = [stage[0].nodes for stage in model._predictors]
        together = np.concatenate(nodes)
        sizes = np.array([len(one) for one in nodes])
        return cls(
            float(np.ravel(model._baseline_prediction)[0]),
            np.cumsum(sizes) - sizes,
            together["feature_idx"].astype(np.int16),
            together["num_threshold"].astype(np.float64),
            together["left"].astype(np.int16),
            together["right"].astype(np.int16),
            together["missing_go_to_left"].astype(bool),
            together["is_leaf"].astype(bool),
            together["value"].astype(np.float64),
            _importances(together, model.n_features_in_),
        )

    def predict(self, x: FloatArray) -> FloatArray:
        """Return the sum of the trees at features, (n, k); shape (n,)."""
        rows = max(_MOST_AT_ONCE // max(len(self.first), 1), 1)
        parts = [self._sums(x[begin : begin + rows]) for begin in range(0, len(x), rows)]
        return np.concatenate([np.empty(0), *parts])

    def _sums(self, x: FloatArray) -> FloatArray:
        """Walk down all trees at once with features, (n, k), and add up what they end at one by one; (n,)."""
        row = np.repeat(np.arange(len(x)), len(self.first))
        first = np.tile(self.first, len(x))
        node = first.copy()
        going = np.flatnonzero(~self.is_leaf[node])
        while len(going):
            at = node[going]
            values = x[row[going], self.feature[at]]
            goes_left = np.where(
                np.isnan(values), self.missing_left[at], values <= self.threshold[at]
            )
            node[going] = first[going] + np.where(goes_left, self.left[at], self.right[at])
            going = going[~self.is_leaf[node[going]]]
        values = self.value[node].reshape(len(x), len(self.first))
        return np.cumsum(np.insert(values, 0, self.baseline, axis=1), axis=1)[:, -1]


def _importances(nodes: Any, count: int) -> FloatArray:
    """Return the share of each feature in what the splits gained, (count,)."""
    split = nodes["is_leaf"] == 0
    gains = np.bincount(nodes["feature_idx"][split], np.maximum(nodes["gain"][split], 0.0), count)
    return np.asarray(gains / max(float(gains.sum()), np.finfo(np.float64).tiny), np.float64)
