"""Preparation: rows as they were sent become series on a regular grid; nothing is silent."""

from models.prepare.options import PreparationOptions
from models.prepare.pipeline import Prepared, PreparedPanel, prepare

__all__ = ["PreparationOptions", "Prepared", "PreparedPanel", "prepare"]
