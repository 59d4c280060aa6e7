"""Which linear function a network begins with: that of all windows, or of the own past of each series."""

from collections.abc import Callable

import numpy as np
import torch

from models.networks.highway import Ridge, close_highway, fit_highway
from models.networks.network import Network
from models.networks.own import fit_own
from models.networks.windows import WindowOrigins, Windows

_LEAST = 1e-9
"""An error on the scale of a series that is as good as none."""


def fit_beginning(
    network: Network, windows: Windows, learned: WindowOrigins, validation_loss: Callable[[], float]
) -> Ridge | None:
    """Give a network the linear function that judges best, none if the naive forecast is better.

    ``validation_loss`` tells how much that function misses as it is. Both are added up only where there are
    columns beside the values, whose effect the own past does not tell. Return the ridge on all windows, None
    where that is left out.
    """
    ridge = fit_highway(network, windows, learned, validation_loss)
    if network.own is None or network.highway is None:
        return ridge
    of_windows, before = validation_loss(), {k: v.clone() for k, v in network.state_dict().items()}
    close_highway(network.highway)
    fit_own(network.own, windows, learned, validation_loss)
    more = network.shape.columns > 1
    added = fit_highway(network, windows, learned, validation_loss) if more else None
    if validation_loss() < of_windows:
        return added
    network.load_state_dict(before)
    return ridge


def geometric_mean_error(network: Network, windows: Windows, judged: WindowOrigins) -> float:
    """Return the absolute error of the linear function of a network: its geometric mean over the series.

    Each series then counts alike, whether it moves much on the scale of its values or little.
    """
    errors, counted = np.zeros((2, windows.members))
    for part in judged.parts(network.at_once):
        series, batch = windows.series_of(part.places), windows.batch(part.places, part.until)
        with torch.no_grad():
            off = (network.linear(batch) - batch.target).abs() * batch.counts
        errors += np.bincount(series, off.sum(dim=1).cpu(), len(errors))
        counted += np.bincount(series, batch.counts.sum(dim=1).cpu(), len(counted))
    mean = errors[counted > 0] / counted[counted > 0]
    return float(np.exp(np.log(np.maximum(mean, _LEAST)).mean())) if len(mean) else 0.0
