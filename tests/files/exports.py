"""Files as programs and offices give them, with several of these at once."""

from tests.files.case import DAYS, HOURLY, LONG, MONTHS, PAIRS, TWO, WEEKS, Y, asked, read, several

STATION = "".join(f'"{stamp}",{n},{n}.25\n' for n, stamp in enumerate(HOURLY[:9]))
EXPORTS = [
    read("Google Trends", "Category: All categories\n\nWeek,tea: (Worldwide)\n2024-01-01,<1\n2024-01-08,6\n"
         "2024-01-15,8\n", WEEKS, [1, 6, 8], said="'<1'"),
    read("a German spreadsheet", "Umsatz 2024;\n;\nDatum;Größe (€)\n01.01.2024;1.005,00 €\n02.01.2024;#NV\n"
         "03.01.2024;(8,50) €\nSumme;996,50 €\n".encode("cp1252"), DAYS, [1005, None, -8.5]),
    several("an export of a till", "sep=;\n\ufeffStore;Week;Net\n7;2024-W03;$3\n7;2024-W02;$2\n7;2024-W01;$1\n"
            "8;2024-W03;$6\n8;2024-W02;$5\n8;2024-W01;$4\n".encode("utf-16"),
            {"unique_id": [7] * 3 + [8] * 3, "ds": WEEKS * 2, "y": [1, 2, 3, 4, 5, 6]}),
    read("a frame with its index", ",Unnamed: 0,date,value\n0,3,20240101,5\n1,4,20240102,6.5\n2,5,20240103,8\n",
         target_col="value"),
    several("results of groups in German", "region,day,sold\n" + LONG.replace("b,2024-01-01", "a Ergebnis,,6\n"
            "b,2024-01-01") + "b Ergebnis,,15\nGesamtergebnis,,21\n", TWO, said="lines not read: 5, 9, 10"),
    read("one moment of export in every row", "as of,day,sold\n" + "".join(
        f"01/02/24 23:00,{day},{value}\n" for day, value in PAIRS), said="columns not used: as of"),
    read("a time twice, once since 1970", "unix,date,sold\n" + "".join(
        f"{1704067200 + 86400 * k},{day},{value}\n" for k, (day, value) in enumerate(PAIRS)),
        said="columns not used: unix"),
    read("a place in every row", "day,lat,sold\n" + "".join(f"{day},52.5,{value}\n" for day, value in PAIRS),
         said="columns not used: lat"),
    read("a log of a web server", "".join(
        f'10.0.0.1 - - [01/Jan/2024:0{h}:00:00 +0000] "GET / HTTP/1.1" 200 {size}\n' for h, size in enumerate(Y)),
        [f"2024-01-01T0{h}:00:00+00:00" for h in range(3)], said="time column: column_4"),
    read("the German central bank", '"";BBK01.X;BBK01.X_FLAGS\n"";"Zins";\n"Einheit";"%";\n'
         '"Stand vom";"12.02.2024 10:00:00";\n2015-01;5;\n2015-02;6,5;vorl\n2015-03;.;Kein Wert vorhanden\n',
         MONTHS, [5, 6.5, None], said="lines not read: 2, 3, 4"),
    read("the German office of statistics", "Index: Monate;;\nDeutschland;;\n;;Index\n;;2020=100\n2015;Januar;5\n"
         '2015;Februar;6,5\n2015;März;...\n____;;\n"Stand: 12.02.2024";;\n', MONTHS, [5, 6.5, None],
         said="Index 2020=100"),
    asked("years and then their quarters", '"Title","GDP"\n"CDID","ABMI"\n"Unit","m"\n"Release","22-12-2023"\n'
          + "".join(f'"{year}","5"\n' for year in (1955, 1956, 1957))
          + "".join(f'"{year} Q{n}","1"\n' for year in (1955, 1956, 1957) for n in (1, 2, 3, 4)),
          "'1955' is not a timestamp that can be read"),
    read("ends of periods in a column", "Datum von;Datum bis;Last\n" + "".join(
        f"{day} 00:00;{day} 01:00;{value}\n" for day, value in PAIRS).replace(".", ","),
        [f"{day}T00:00:00" for day in DAYS], said="time column: Datum von (by its name"),
    several("a logger of Campbell", '"TOA5","CR1000","CR1000","12345","OS","CPU:x.CR1","5","Data"\n'
            '"TIMESTAMP","RECORD","Air"\n"TS","RN","Deg C"\n"","","Avg"\n' + STATION,
            {"ds": HOURLY[:9], "y": [n + 0.25 for n in range(9)]}, target_col="Air",
            said="line 4 is taken for second names: Air Avg"),
    read("a text of a central bank", "Title:     Rate\nSource:    BLS\nUnits:     Percent\nNotes:     of those\n"
         "           who ask for work\n\nDATE        VALUE\n" + "".join(f"{d}  {y}\n" for d, y in PAIRS),
         said="value column: VALUE"),
    several("why values are missing", "geo\\TIME_PERIOD\t2024-01 \t2024-02 \t2024-03 \nAT\t5 \t5.3 b\t: c\n"
            "DE\t1 \t: \t2 p\n", {"unique_id": ["AT"] * 3 + ["DE"] * 3,
                                   "ds": ["2024-01-01", "2024-02-01", "2024-03-01"] * 2,
                                   "y": [5, 5.3, None, 1, None, 2]}),
]  # fmt: skip
