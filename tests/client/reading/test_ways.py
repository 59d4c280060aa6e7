"""How times are written: files are read as requests are, wherever both know a way."""

import pytest
from tidecast._reading.ways import STYLES

from models.time.periods import period_of

YEAR_FIRST = [
    *("2012Q1", "2012-Q3", "2012:Q2", "2012 q4", "2012/Q1"),
    *("2012-W05", "2012W5", "2012-w52", "2012M03", "2012-M11", "2012 M1", "2012:M12"),
    *("2012H2", "2012-S1", "2012-Jan", "2012 September", "2012JAN", "2012/dec"),
]
YEAR_BEHIND = [
    *("Q4 2012", "Q4-2012", "q4/2012", "W05 2012", "M3 2012", "M03/2012"),
    *("H1 2012", "S2-2012", "Jan 2012", "September 2012", "sept-2012", "Dec/2012", "MAY2012"),
]


@pytest.mark.parametrize("text", YEAR_FIRST + YEAR_BEHIND)
def test_periods_begin_on_the_day_that_they_begin_on_in_a_request(text: str) -> None:
    period = period_of(text)
    assert period is not None
    read = next((stamp for way in STYLES if (stamp := way.read(text))), None)
    assert read == period.begin
