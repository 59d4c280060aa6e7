"""Tables as JSON has them."""

import json

from tests.files.case import DAYS, HOURS, PAIRS, ROWS, TWO, Y, asked, dumped, read, several

LINES = [{"label": "a", "data": [1, 2, 3]}, {"label": "b", "data": [4, 5, 6]}]
CELLS = [{"c": [{"v": f"Date(2024,0,{n + 1})"}, {"v": value}]} for n, value in enumerate(Y)]
POINTS = [{"x": day, "y": value} for day, value in zip(DAYS, Y, strict=True)]
FRAME = {"schema": {"fields": [{"name": "Time"}, {"name": "load"}]}, "data": {"values": [DAYS, Y]}}
JSON = [
    read("JSON of rows", json.dumps(ROWS)),
    read("JSON of columns", json.dumps({"day": DAYS, "sold": Y})),
    read("JSON of lines", "\n".join(map(json.dumps, ROWS))),
    read("JSON of pairs", json.dumps([[day, value] for day, value in zip(DAYS, Y, strict=True)])),
    several("JSON of values", "[5, 6.5, 8]", {"y": Y}),
    read("JSON with names apart, as pandas splits it", dumped({"columns": ["day", "sold"], "index": [0, 1, 2],
                                                                "data": PAIRS})),
    read("JSON with the times as index", dumped({"columns": ["sold"], "index": DAYS, "data": [[v] for v in Y]})),
    read("JSON of a series, as pandas splits it", dumped({"name": "sold", "index": DAYS, "data": Y})),
    read("JSON of rows by their number", dumped(dict(enumerate(ROWS)))),
    several("JSON of columns by their number and of rows by their time",
            dumped({"0": dict(zip(DAYS, [1, 2, 3], strict=True)), "1": dict(zip(DAYS, [4, 5, 6], strict=True))}),
            {"unique_id": ["0"] * 3 + ["1"] * 3, "ds": DAYS * 2, "y": [1, 2, 3, 4, 5, 6]}, wide=True),
    read("JSON of columns by time", dumped({"sold": dict(PAIRS)})),
    read("JSON of rows by time", dumped({day: {"sold": value} for day, value in PAIRS})),
    read("JSON of values by time", dumped(dict(PAIRS))),
    read("JSON within data", dumped(ROWS, "data"), said="read what is within 'data'"),
    read("JSON deep within", dumped({"day": DAYS, "sold": Y}, "result", "data"), said="'result.data'"),
    read("JSON of a table with its schema", dumped({"schema": {"fields": [{"name": "day"}]}, "data": ROWS})),
    read("JSON of rows with objects", dumped([{"day": day, "sold": {"kg": v}} for day, v in PAIRS])),
    read("JSON of numbers in texts", dumped([{"day": day, "sold": str(v)} for day, v in PAIRS])),
    read("JSON with NaN in texts", dumped([{"day": day, "sold": "NaN" if v == 5 else v} for day, v in PAIRS]),
         y=[None, 6.5, 8]),
    several("JSON of pairs by name", dumped({"a": list(zip(DAYS, [1, 2, 3], strict=True)),
                                              "b": list(zip(DAYS, [4, 5, 6], strict=True))}), TWO),
    several("JSON of Prometheus", dumped([
        {"metric": {"job": key}, "values": [[1704067200 + 3600 * h, f"{3 * k + h + 1}"] for h in range(3)]}
        for k, key in enumerate("ab")], "data", "result"), {**TWO, "ds": HOURS * 2}),
    read("JSON of InfluxDB", dumped([{"series": [{"name": "till", "columns": ["day", "sold"], "values": PAIRS}]}],
                                     "results")),
    read("JSON of lists below their names", dumped([["day", "sold"], *PAIRS])),
    read("JSON with fields beside rows", dumped({"fields": [{"name": "day"}, {"name": "sold"}], "rows": PAIRS})),
    read("JSON of Grafana", dumped([{"target": "till", "datapoints": [[v, 1704067200000 + 3600000 * h]
                                                                       for h, v in enumerate(Y)]}]), HOURS),
    read("JSON of a page and its rows", dumped([{"page": 1}, ROWS])),
    asked("JSON with times and values apart", dumped({"timestamp": [1704067200, 1704153600], "rest": [1, 2, 3]},
                                                      "chart"), "this JSON holds no table"),
    asked("JSON of two tables", dumped({"north": ROWS, "south": ROWS}), "several tables: north, south"),
    asked("JSON of nothing", dumped({"name": "x"}), "this JSON holds no table"),
    read("JSON of lists of texts below their names", dumped([["day", "sold"], *([f"1/{13 + n}/2024", f"${value}"]
                                                             for n, value in enumerate(Y))], "values"),
         ["2024-01-13", "2024-01-14", "2024-01-15"]),
    asked("JSON with one start for many values",
          dumped([{"item_id": "a", "start": "2024-01-01", "target": [1, 2, 3]}]),
          "each row has one start for all the values of 'target'"),
    read(
        "one line of Chart.js",
        dumped({"labels": DAYS, "datasets": [{"label": "sold", "data": Y}]}, "data"),
        said="read what is within 'data'",
    ),
    several("two lines of Chart.js", dumped({"labels": DAYS, "datasets": LINES}), TWO),
    read("points of Chart.js", dumped({"datasets": [{"data": POINTS}]}, "chart")),
    several("lines of Highcharts", dumped({"xAxis": {"categories": DAYS}, "series": LINES}), TWO),
    read(
        "a line of ECharts",
        dumped({"xAxis": [{"data": DAYS}], "series": [{"name": "sold", "data": Y}]}),
    ),
    read(
        "cells of Google Charts",
        dumped({"cols": [{"label": "day"}, {"label": "sold"}], "rows": CELLS}),
    ),
    read("objects in objects of rows", json.dumps([
        {"t": day, "m": {"load": {"value": value, "unit": "MW"}}} for day, value in PAIRS])),
    read("rows in lists", json.dumps([[row] for row in ROWS])),
    read("columns beside what is said of them", json.dumps({"unit": "MW", "unix_seconds": DAYS, "price": Y})),
    *(read(f"a frame of Grafana {where}", json.dumps(value)) for where, value in (
        ("alone", FRAME), ("in a list", [FRAME]))),
]  # fmt: skip
