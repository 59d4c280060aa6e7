"""Tables in each of the formats that hold columns, there and back."""

from io import BytesIO
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
FORMATS = (CSV, ARROW, PARQUET)


def written(table: pa.Table, kind: str) -> bytes:
    out = BytesIO()
    if kind == CSV:
        pyarrow.csv.write_csv(table, out)
    elif kind == ARROW:
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table)
    else:
        pyarrow.parquet.write_table(table, out)
    return out.getvalue()


def table_in(answer: httpx.Response) -> pa.Table:
    """The table of an answer that came well."""
    assert answer.status_code == 200, answer.text
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == CSV:
        return pyarrow.csv.read_csv(BytesIO(answer.content))
    if kind == ARROW:
        return pa.ipc.open_stream(answer.content).read_all()
    assert kind == PARQUET
    return pyarrow.parquet.read_table(BytesIO(answer.content))


def headers(kind: str, accept: str | None = None) -> dict[str, Any]:
    return {"content-type": kind, "accept": accept or kind}
