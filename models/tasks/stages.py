"""The values that are examined: those of a series, or what transforms make of them."""

from dataclasses import replace

from models.data.series import Notice, Series
from models.transforms.chain import TransformChain


def examined(series: Series, transform: TransformChain) -> tuple[Series, tuple[Notice, ...]]:
    """Return the series as it is examined: transformed, with a notice that its numbers are so, too.

    A constant stays as it is, and differences take the first points away. Seasons that were not given
    are those of the transformed values. Raises ``BadValues`` or ``SeriesTooShort``.
    """
    chain = transform.fit_to(series)
    if not chain.stages:
        return series, ()
    changed = replace(chain.transformed(series), season_length=series.season_length)
    lost = f", without the first {chain.lost}" if chain.lost else ""
    text = f"the values were examined after {', '.join(transform.names)}{lost}: all numbers are on that scale"
    hint = "leave transform out for numbers in the units of the series"
    return changed, (Notice("transformed_units", text, hint, series.unique_id),)
