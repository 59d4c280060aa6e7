"""Builds by setuptools, and leaves no folder behind: its next build would ship what has been removed since."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    build_sdist,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


def build_wheel(folder: str, settings: Any = None, metadata: str | None = None) -> str:
    """Build a wheel into a folder and return its name, as PEP 517 asks for."""
    shutil.rmtree("build", ignore_errors=True)
    made = build_meta.build_wheel(folder, settings, metadata)
    for left in ("build", *map(str, Path().glob("*.egg-info"))):
        shutil.rmtree(left, ignore_errors=True)
    return str(made)
