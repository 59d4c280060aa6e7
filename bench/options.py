"""Options that measurements share."""

import argparse
import importlib.util
import os
from pathlib import Path
from types import ModuleType


def published(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of a measurement that prints tables and puts them into bench/README.md if asked."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--write", action="store_true", help="put what it prints into bench/README.md"
    )
    return parser


def scored(description: str | None) -> argparse.ArgumentParser:
    """Return the same of one that reads a folder of series and scores what is made of them."""
    parser = published(description)
    parser.add_argument("--data", type=Path, default=os.environ.get("BENCH_DATA"))
    parser.add_argument("--scorer", type=Path, default=os.environ.get("BENCH_SCORER"))
    return parser


def sampled(description: str | None) -> argparse.ArgumentParser:
    """Return the same of one that may look at some of the series only."""
    parser = scored(description)
    parser.add_argument("--every", type=int, default=1, help="only every so many series")
    return parser


def asked(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Read the command line; end with an error where it does not say where data and scorer are."""
    options = parser.parse_args()
    if not options.data or not options.scorer:
        parser.error(
            "say where data and scorer are: --data and --scorer, or BENCH_DATA and BENCH_SCORER"
        )
    options.data, options.scorer = Path(options.data), Path(options.scorer)
    return options


def loaded(path: Path) -> ModuleType:
    """Return a Python file as a module."""
    spec = importlib.util.spec_from_file_location("scorer", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
