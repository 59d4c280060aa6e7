"""Every file, as people have them, with what must be read of it, or said."""

from tests.files.around import AROUND
from tests.files.exports import EXPORTS
from tests.files.json_shapes import JSON
from tests.files.kinds import KINDS
from tests.files.numbers import NUMBERS
from tests.files.parts import PARTS
from tests.files.refused import REFUSED
from tests.files.series import SERIES
from tests.files.text import TEXT
from tests.files.times import TIMES

CASES = [
    *TEXT,
    *NUMBERS,
    *TIMES,
    *PARTS,
    *AROUND,
    *SERIES,
    *JSON,
    *KINDS,
    *EXPORTS,
    *REFUSED,
]
