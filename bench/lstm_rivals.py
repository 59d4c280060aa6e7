"""Train the LSTM of another library: run by the Python of an environment that has it, asked by lines.

A line has the name of a library, the answer is a line of JSON: ``windows_per_s`` of processor time, on a
graphics processor of the clock, or ``error``. It imports nothing of this repository, since that environment
need not have it.
"""

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

STEPS = {"cpu": (5, 25), "cuda": (50, 250)}
"""Between the ends of these steps of a training time is taken: neither set-up nor the first steps count."""


def main() -> None:
    *numbers, device = sys.argv[1:]
    window, ahead, hidden, batch, series, points = map(int, numbers)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print
    sizes = {"window": window, "ahead": ahead, "hidden": hidden, "batch": batch}
    values = np.random.default_rng(0).normal(size=(series, points)).cumsum(axis=1)
    for line in sys.stdin:
        try:
            told = {"windows_per_s": RIVALS[line.strip()](values.astype(np.float32), sizes, device)}
        except ImportError as error:
            told = {"error": f"{sys.executable} lacks a library: {error}"}
        print(json.dumps(told), file=answers, flush=True)


def _trainer(ends: list[float], device: str) -> dict[str, Any]:
    """Return what both say to Lightning: nothing but the training, on one core or graphics processor.

    ``ends`` takes the time at the end of the steps that it is taken between.
    """
    import torch
    from pytorch_lightning.callbacks import LambdaCallback

    done = 0

    def note(*_: Any) -> None:
        nonlocal done
        done += 1
        if done in STEPS[device]:
            if device == "cuda":
                torch.cuda.synchronize()
            ends.append(time.process_time() if device == "cpu" else time.perf_counter())

    return {
        "accelerator": "cpu" if device == "cpu" else "gpu",
        "devices": 1,
        "max_steps": STEPS[device][1],
        "callbacks": [LambdaCallback(on_train_batch_end=note)],
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "gradient_clip_val": 1.0,
    }


def neuralforecast(values: Any, sizes: dict[str, int], device: str) -> float:
    """Train ``LSTM`` of neuralforecast: one layer behind the state of each step."""
    import pandas as pd
    import torch
    from neuralforecast import NeuralForecast
    from neuralforecast.losses.pytorch import MAE
    from neuralforecast.models import LSTM

    torch.set_num_threads(1)
    count, points = values.shape
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(count), points),
            "ds": np.tile(np.arange(points), count),
            "y": values.ravel(),
        }
    )
    ends: list[float] = []
    model = LSTM(
        h=sizes["ahead"],
        input_size=sizes["window"],
        encoder_n_layers=1,
        encoder_hidden_size=sizes["hidden"],
        decoder_layers=1,
        loss=MAE(),
        learning_rate=0.005,
        val_check_steps=STEPS[device][1],
        batch_size=count,
        windows_batch_size=sizes["batch"],
        scaler_type="identity",
        **_trainer(ends, device),
    )
    NeuralForecast(models=[model], freq=1).fit(frame)
    return _rate(ends, sizes, device)


def darts(values: Any, sizes: dict[str, int], device: str) -> float:
    """Train ``BlockRNNModel`` of darts: one layer behind the last state."""
    import torch
    from darts import TimeSeries
    from darts.models import BlockRNNModel

    torch.set_num_threads(1)
    ends: list[float] = []
    model = BlockRNNModel(
        input_chunk_length=sizes["window"],
        output_chunk_length=sizes["ahead"],
        model="LSTM",
        hidden_dim=sizes["hidden"],
        n_rnn_layers=1,
        dropout=0.0,
        batch_size=sizes["batch"],
        n_epochs=STEPS[device][1],
        loss_fn=torch.nn.L1Loss(),
        optimizer_kwargs={"lr": 0.005},
        random_state=0,
        pl_trainer_kwargs=_trainer(ends, device),
    )
    model.fit([TimeSeries.from_values(one) for one in values])
    return _rate(ends, sizes, device)


def _rate(ends: list[float], sizes: dict[str, int], device: str) -> float:
    """Return windows a second."""
    first, last = STEPS[device]
    return (last - first) * sizes["batch"] / (ends[1] - ends[0])


RIVALS: dict[str, Callable[[Any, dict[str, int], str], float]] = {
    "neuralforecast": neuralforecast,
    "darts": darts,
}

if __name__ == "__main__":
    main()
