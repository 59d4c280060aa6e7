"""Several series in a table, and tables that have times beside each other."""

from tests.files.case import (
    CALENDAR,
    DAYS,
    HOURLY,
    LONG,
    MONTHS,
    QUARTERS,
    SHOPS,
    TWO,
    YEAR,
    Y,
    asked,
    read,
    several,
    workbook,
)

A_DAY = ",".join(str(value) for value in range(24))
GRID = {"ds": HOURLY, "y": [*range(48)]}
NORTH_AND_SOUTH = [(place, n) for place in (1, 2) for n in range(2)]
PIVOT = [["Row Labels", "Sum of sold"], ["2022", 99.0], *([m, float(n)] for n, m in enumerate(CALENDAR)),
         ["2023", 99.0], *([m, float(n)] for n, m in enumerate(CALENDAR)), ["Grand Total", 198.0]]  # fmt: skip
TWO_YEARS = [f"{year}-{month:02d}-01" for year in (2022, 2023) for month in range(1, 13)]
SERIES = [
    read("a row per year", "Year," + ",".join(CALENDAR) + ",Total\n2022,1,2,3,4,5,6,7,8,9,10,11,12,78\n"
         "2023,13,14,,,,,,,,,,,27\n",
         [f"2022-{m:02d}-01" for m in range(1, 13)] + ["2023-01-01", "2023-02-01"], [*range(1, 15)],
         said="a row per year and a column per month; not read: Total"),
    read("a row per year, months by number", "year," + ",".join(map(str, range(1, 13))) + "\n"
         "2022,1,2,3,4,5,6,7,8,9,10,11,12\n", [f"2022-{m:02d}-01" for m in range(1, 13)], [*range(1, 13)],
         said="a column per month"),
    read("a row per year, a column per quarter", "Jahr;Q1;Q2;Q3;Q4\n2000;5;6,5;8;9\n2001;1;2;3;\n",
         [*QUARTERS, "2000-10-01", "2001-01-01", "2001-04-01", "2001-07-01"], [*Y, 9, 1, 2, 3],
         said="a column per quarter"),
    several("values alone", "sold\n5\n6.5\n8\n", {"y": Y}, said="equally spaced"),
    several("a key", "shop,day,sold\n" + LONG, TWO, said="id column: shop"),
    several("a key of numbers", ("store,day,sold\n" + LONG).replace("a,", "1,").replace("b,", "2,"),
            {**TWO, "unique_id": [1] * 3 + [2] * 3}, said="id column: store"),
    several("a number of the row beside the key", "id,day,shop,sold\n" + "".join(
        f"{row},{day},{shop},{value}\n" for row, (shop, day, value) in enumerate(SHOPS)), TWO,
        said="id column: shop", target_col="sold"),
    asked("an order in every row", "order_id,day,sold\n7,2024-01-01,5\n8,2024-01-01,6.5\n9,2024-01-02,8\n",
          "holds 2024-01-01 in lines 2 and 3"),
    several("two columns that are the key", "shop,item,day,sold\n" + "".join(
        f"{shop},{item},{DAYS[0]},{value}\n{shop},{item},{DAYS[1]},{value}\n"
        for value, (shop, item) in enumerate([("a", "x"), ("a", "z"), ("b", "x"), ("b", "z")])),
        {"unique_id": [k for k in ("a/x", "a/z", "b/x", "b/z") for _ in (0, 1)], "ds": DAYS[:2] * 4,
         "y": [0, 0, 1, 1, 2, 2, 3, 3]}),
    several("a column per series", "day,a,b\n2024-01-01,1,4\n2024-01-02,2,5\n2024-01-03,3,6\n", TWO, wide=True,
            said="a column per series: 2 series"),
    several("a column per date", "shop,2024-01-01,2024-01-02,2024-01-03\na,1,2,3\nb,4,5,6\n", TWO,
            said="a column per date: 2 series"),
    several("a column per month by name", "shop;Jan 15;Feb 15;Mar 15\na;1,5;2;3\nb;4;5;6\n",
            {**TWO, "ds": MONTHS * 2, "y": [1.5, 2, 3, 4, 5, 6]}),
    asked("no key where one is needed", "day,sold\n2024-01-01,5\n2024-01-01,6\n2024-01-02,7\n",
          "2024-01-01 in lines 2 and 3"),
    several("wide, with quarters and missing values", "quarter\tnorth\tsouth\n2000Q1\t1\t4\n2000Q2\tn/a\t5\n"
            "2000Q3\t3\t6\n", {"unique_id": ["north"] * 3 + ["south"] * 3, "ds": QUARTERS * 2,
                               "y": [1, None, 3, 4, 5, 6]}, wide=True),
    read("a row per day, a column per clock", ",".join(["date", *(f"{h:02d}:00" for h in range(24))]) + "\n"
         + "".join(f"{day},{','.join(map(str, range(24)))}\n" for day in DAYS[:2]), HOURLY, [*range(24)] * 2,
        said="a column per hour: 00:00 is 2024-01-01T00:00:00"),
    read("a row per day, hours by number", "date;" + ";".join(f"H{h}" for h in range(1, 25)) + "\n" + "".join(
        f"{day};{';'.join(map(str, range(24)))}\n" for day in DAYS[:2]), HOURLY, [*range(24)] * 2,
        said="a column per hour: H1 is 2024-01-01T00:00:00"),
    several("keys that stand once", "shop,day,sold\n" + "".join(
        f"{shop if day == DAYS[0] else ''},{day},{value}\n" for shop, day, value in SHOPS), TWO,
        said="empty cells are read as the one above"),
    read("months below, years beside", "Month,2014,2015,Total\n" + "".join(
        f"{name},{n},7,0\n" for n, name in enumerate(CALENDAR)),
        [f"2014-{m:02d}-01" for m in range(1, 13)] + YEAR, [*range(12), *[7] * 12],
        said="a column per year and a row per part of it; not read: Total"),
    read("a table as R prints it", "     Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec\n"
         "2015  11  12  13  14  15  16  17  18  19  20  21  22\n", YEAR, [*range(11, 23)]),
    several("dates beside, a total behind", "shop,2024-01-01,2024-01-02,2024-01-03,Total\na,1,2,3,6\nb,4,5,6,15\n"
            "Total,5,7,9,21\n", TWO, said="columns not read: Total"),
    several("years with their codes", "Country,2000 [YR2000],2001 [YR2001],2002 [YR2002]\na,1,2,3\nb,4,5,6\n",
            {**TWO, "ds": [2000, 2001, 2002] * 2}),
    read("dates above their values", "Jan 15,Feb 15,Mar 15\n5,6.5,8\n", MONTHS),
    several("one line of values", "5,6.5,8\n", {"y": Y}),
    read("hours by number alone", "date," + ",".join(map(str, range(1, 25))) + "\n" + "".join(
        f"{day},{A_DAY}\n" for day in DAYS[:2]), HOURLY, [*range(24)] * 2, said="1 is 2024-01-01T00:00:00"),
    read("clocks that end quarters", "date," + ",".join(f"{h % 24:02d}:00" for h in range(1, 25)) + "\n"
         + "".join(f"{day},{A_DAY}\n" for day in DAYS[:2]), [*HOURLY[1:], "2024-01-03T00:00:00"],
         [*range(24)] * 2),
    read("keys that begin with a hash", "order,day,sold\n#1001,2024-01-01,5\n#1002,2024-01-02,6.5\n"
         "#1003,2024-01-03,8\n", said="columns not used: order"),
    asked("series without times", "shop,sold\na,5\na,6.5\nb,8\nb,9\n", "the rows come in blocks by 'shop'"),
    several("series without times as one", "shop,sold\na,5\na,6.5\nb,8\nb,9\n", {"y": [5, 6.5, 8, 9]}, id_col=""),
    read("stars for what is missing", "year," + ",".join(CALENDAR) + ",DJF\n"
         "2015,5,6.5,***,1,1,1,1,1,1,1,1,1,***\n", YEAR, [5, 6.5, None, *[1] * 9]),
    several("keys of two columns, one cell of which is empty", "part,land,2024-01-01,2024-01-02,2024-01-03\n"
            ",a,1,2,3\nx,b,4,5,6\n", {**TWO, "unique_id": ["a"] * 3 + ["x/b"] * 3}),
    read("a row per year since 1659", "Year " + " ".join(CALENDAR) + " All\n1659 1 2 3 4 5 6 7 8 9 10 11 12 6\n"
         "1660 1 2 3 4 5 6 7 8 9 10 -99.9 -99.9 -99.9\n",
         [f"{y}-{m:02d}-01" for y in (1659, 1660) for m in range(1, 13)],
         [*range(1, 13), *range(1, 11), None, None], said="-99.9 is taken for a missing value (line 3)"),
    read("an hour that comes twice beside the others", "day;" + ";".join(
        f"{h:02d}:00" for h in range(24)) + ";02:00 again\n" + "".join(f"{day};{A_DAY.replace(',', ';')};2\n"
                                                                     for day in DAYS[:2]),
        HOURLY, [*range(24)] * 2, said="not read: 02:00 again"),
    several("keys that elsewhere stand for nothing", "land,day,sold\n" + LONG.replace("a,", "NA,").replace(
        "b,", "unknown,"),
            {**TWO, "unique_id": ["NA"] * 3 + ["unknown"] * 3}, said="id column: land"),
    several("a column per series, one of which is of words", "day,a,b,note\n2024-01-01,1,4,x\n2024-01-02,2,5,y\n"
            "2024-01-03,3,6,z\n", TWO, wide=True, said="2 series; not read: note"),
    *(several(f"a row per day, hours as {names[0]}", "date," + ",".join(names) + "\n" + "".join(
        f"{day}," + ",".join(str(24 * n + h) for h in range(24)) + "\n" for n, day in enumerate(DAYS[:2])), GRID)
      for names in ([f"{h % 12 or 12} {'AM' if h < 12 else 'PM'}" for h in range(24)],
                    [f"{h:02d}-{h + 1:02d}" for h in range(24)],
                    [f"{h:02d}:00-{h + 1:02d}:00" for h in range(24)])),
    several("hours beside the parts of a day and a number of its series", "zone_id,year,month,day,"
            + ",".join(f"h{h}" for h in range(1, 25)) + "\n" + "".join(
                f"{place},2024,1,{n + 1}," + ",".join(str(24 * n + h) for h in range(24)) + "\n"
                for place, n in NORTH_AND_SOUTH),
            {"unique_id": ["1"] * 48 + ["2"] * 48, "ds": HOURLY * 2, "y": [*range(48)] * 2}),
    *(several(f"a row per hour as {cells[0]} and a column per day", "Hour," + ",".join(DAYS) + "\n" + "".join(
        f"{cell}," + ",".join(str(24 * n + h) for n in range(3)) + "\n" for h, cell in enumerate(cells)),
        {"ds": [f"{day}T{h:02d}:00:00" for day in DAYS for h in range(24)], "y": [*range(72)]})
      for cells in ([f"{h:02d}:00" for h in range(24)], [*map(str, range(24))], [*map(str, range(1, 25))])),
    several("half hours by number", "Settlement Date,Settlement Period,Demand\n" + "".join(
        f"{day},{n + 1},{n}\n" for day in DAYS for n in range(48)),
        {"ds": [f"{day}T{n // 2:02d}:{n % 2 * 30:02d}:00" for day in DAYS for n in range(48)],
         "y": [*range(48)] * 3}, said="made of Settlement Date, Settlement Period"),
    several("hours by both clocks below a name that says nothing", "Day;Period;load\n" + "".join(
        f"{day};{h:02d}:00-{h + 1:02d}:00;{24 * n + h}\n" for n, day in enumerate(DAYS[:2])
        for h in range(24)), GRID),
    several("steps by number beside the names of series", "id,shop," + ",".join(f"d_{n}" for n in range(1, 15))
            + "\n" + "".join(f"{key},{key}1," + ",".join(map(str, range(14))) + "\n" for key in "xy"),
            {"unique_id": ["x/x1"] * 14 + ["y/y1"] * 14, "ds": [*range(1, 15)] * 2, "y": [*range(14)] * 2},
            said="a column per step, as d_1"),
    several("steps by number of series that end earlier", '"V1",' + ",".join(f'"V{n}"' for n in range(2, 15))
            + '\n"M1",' + ",".join(map(str, range(13))) + '\n"M2",1,2' + "," * 11 + "\n",
            {"unique_id": ["M1"] * 13 + ["M2"] * 2, "ds": [*range(2, 15), 2, 3], "y": [*range(13), 1, 2]}),
    several("months below their years", workbook(PIVOT), {"ds": TWO_YEARS, "y": [*range(12)] * 2},
            said="months are read below their years"),
    several("quarters below their years, and months below these", "Row Labels,sold\n2022,9\n" + "".join(
        f"Qtr{q + 1},9\n" + "".join(f"{m},{3 * q + n}\n" for n, m in enumerate(CALENDAR[3 * q : 3 * q + 3]))
        for q in range(4)), {"ds": TWO_YEARS[:12], "y": [*range(12)]}),
    several("years, quarters and months of a pivot table", "Years,Quarters,Date,sold\n" + "".join(
        f"{'' if n % 12 else 2022 + n // 12},{'' if n % 3 else f'Qtr{n // 3 % 4 + 1}'},{CALENDAR[n % 12]},{n}\n"
        for n in range(24)), {"ds": TWO_YEARS, "y": [*range(24)]}, said="made of Years, Date"),
    asked("a row per day whose day is not sure", "day," + ",".join(f"{h}:00" for h in range(24)) + "\n" + "".join(
        f"0{n}/01/2024" + ",1" * 24 + "\n" for n in (1, 2, 3)), "may have the day first or the month first"),
]  # fmt: skip
