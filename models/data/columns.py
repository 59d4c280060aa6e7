"""Numbers within the names of columns."""


def in_name(number: float) -> str:
    """Return the shortest text that stands for this number and no other: ``80``, ``99.5``, ``1e-05``."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))
