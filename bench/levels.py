"""What detectors flag of clean series, and what they find of spikes, at their defaults: ``make bench-levels``.

The series are those of ``bench.false_alarms``: six kinds of noise, four kinds of season, in up to three units.
``multivariate`` has two further columns of the same kind, ``population`` seven other series.
"""

from collections.abc import Iterator, Sequence

from bench.detection import NETWORKS
from bench.false_alarms import NOISES, SEASONS, clean_share, found_spikes, units
from bench.options import published
from bench.report import DETECTORS, markdown, publish, put
from models import registry
from models.decisions.rules import Rules
from models.registry import ModelSpec
from models.tasks.detect import DetectTask


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--detector", action="append", help="only these; all by default")
    parser.add_argument("--seeds", type=int, nargs=2, default=(0, 1), help="the first and the last")
    parser.add_argument("--batch-only", action="store_true", help="leave the causal mode out")
    parser.add_argument("--causal-only", action="store_true", help="leave the batch mode out")
    parser.add_argument("--cells", action="store_true", help="print the shares of every kind, too")
    asked = parser.parse_args()
    seeds = range(asked.seeds[0], asked.seeds[1] + 1)
    modes = [m for m in (False, True) if not (asked.batch_only if m else asked.causal_only)]
    rows = []
    for name, causal in _detectors(asked.detector, modes):
        rows.append(_row(name, causal=causal, seeds=seeds, tells_cells=asked.cells))
        print(markdown(rows[-1:]).splitlines()[-1], flush=True)
    publish("levels", markdown(rows), write=asked.write)
    if asked.write:
        put(DETECTORS, "levels", markdown(rows))


def _detectors(only: Sequence[str] | None, modes: Sequence[bool]) -> Iterator[tuple[str, bool]]:
    """Yield the detectors in each mode that they have, all by default."""
    for name, kind in registry.registered("detector").items():
        wanted = only is None or name in only
        able = kind.capabilities()["causal"] and name not in NETWORKS
        yield from ((name, causal) for causal in modes if wanted and (able or not causal))


def _row(name: str, *, causal: bool, seeds: range, tells_cells: bool) -> dict[str, object]:
    """Return the least and the greatest share with each season, in percent, over all kinds of noise and unit."""
    task = DetectTask(ModelSpec(name), Rules(), causal)
    row: dict[str, object] = {"detector": name, "causal": "yes" if causal else ""}
    for season in SEASONS:
        flagged, found = [], []
        for noise in NOISES:
            shares = [100.0 * clean_share(task, noise, season, one, seeds) for one in units(noise)]
            flagged += shares
            found.append(100.0 * found_spikes(task, noise, season, seeds))
            if tells_cells:
                print(name, season, noise, *(f"{s:.2f}" for s in shares), f"{found[-1]:.0f}")
        row[f"{season}: flagged %"] = f"{min(flagged):.1f}–{max(flagged):.1f}"
        row[f"{season}: found %"] = f"{min(found):.0f}–{max(found):.0f}"
    return row


if __name__ == "__main__":
    main()
