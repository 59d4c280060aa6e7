"""What stands around a table: titles, several rows of names, units, totals, further columns."""

from tests.files.case import DAYS, LONG, MONTHS, PAIRS, PLAIN, TWO, WEEKS, Y, asked, read, several

AROUND = [
    read("units below the names", "date;load\n;MW\n2024-01-01;5\n2024-01-02;6,5\n2024-01-03;8\n",
         said="line 2 is taken for units: load MW"),
    read("units in brackets", "date;load\n[-];[MW]\n2024-01-01;5\n2024-01-02;6,5\n2024-01-03;8\n",
         said="taken for units"),
    read("how dates are written", "when,sold\nyyyy-mm-dd,MWh\n2024-01-01,5\n2024-01-02,6.5\n2024-01-03,8\n",
         said="taken for units"),
    asked("prices of Yahoo", "Date,Open,Close,Volume\n2024-01-02,187.1,185.6,82\n2024-01-03,184.2,184.3,58\n",
          "several columns hold numbers: Open, Close, Volume"),
    asked("two rows of names", "Price,Close,Close\nTicker,AAPL,MSFT\n2024-01-02,185.64,370.87\n",
          "several columns hold numbers: Close AAPL, Close MSFT"),
    read("a title", "Sales of 2024\n\n" + PLAIN, said="lines not read: 1"),
    read("comments", "# made by hand\n# twice\n" + PLAIN),
    read("a total", PLAIN + "Total,19.5\n", said="lines not read: 5"),
    read("a remark below", PLAIN + "\nSource: the till\n"),
    several("no names, and the first value again", "5\n6.5\n5\n5\n8\n", {"y": [5, 6.5, 5, 5, 8]}),
    read("the header again", PLAIN + "day,sold\n2024-01-04,9\n", [*DAYS, "2024-01-04"], [*Y, 9]),
    read("blanks in headers", PLAIN.replace("day,sold", "the day , units sold")),
    read("an index without a name", ",day,sold\n0,2024-01-01,5\n1,2024-01-02,6.5\n2,2024-01-03,8\n"),
    read("row names of R", '"day","sold"\n"1",2024-01-01,5\n"2",2024-01-02,6.5\n"3",2024-01-03,8\n'),
    read("no header", PLAIN.split("\n", 1)[1]),
    read("newest first", "Week,sold\n2024-01-15,8\n2024-01-08,6.5\n2024-01-01,5\n", WEEKS, said="newest first"),
    read("parts of the calendar", "day,year,month,store,sold\n2024-01-01,2024,1,7,5\n2024-01-02,2024,1,7,6.5\n"
         "2024-01-03,2024,1,7,8\n", said="columns not used: year, month, store"),
    asked("only an index and a store", "day,store\n2024-01-01,1\n2024-01-02,1\n2024-01-03,1\n",
          "an index, an id"),
    asked("two columns of values", "day,a,b\n2024-01-01,1,2\n2024-01-02,2,3\n2024-01-03,3,5\n",
          "several columns hold numbers: a, b"),
    read("the one of two that is said", "day,a,sold\n2024-01-01,1,5\n2024-01-02,2,6.5\n2024-01-03,3,8\n",
         target_col="sold", said="columns not used: a"),
    asked("two columns of dates", "ordered,paid,y\n2024-01-01,2024-01-02,1\n2024-02-01,2024-02-02,1\n",
          "several columns hold dates"),
    several("groups above names", ",North,,South,\nday,sold,price,sold,price\n" + "".join(
        f"{day},{n},{n + 3},{n + 6},{n + 9}\n" for n, day in enumerate(DAYS)),
        {"unique_id": [one for one in ("North sold", "North price", "South sold", "South price") for _ in DAYS],
         "ds": DAYS * 4, "y": [*range(12)]}, wide=True, said="lines 1 to 2 are read as one row of names"),
    read("the name of the index in a row of its own", "Price,Close,Close\nTicker,AAPL,MSFT\nDate,,\n" + "".join(
        f"{day},{value},1\n" for day, value in zip(DAYS, Y, strict=True)), target_col="Close AAPL",
        said="lines 1 to 3 are read as one row of names"),
    read("groups above three columns each", "Hall A,,,Hall B,,\nday,sold,price,day of,left,spare\n" + "".join(
        f"{day},{value},1,x,2,3\n" for day, value in zip(DAYS, Y, strict=True)), target_col="sold"),
    read("kinds below the names", "when,sold\ndate,float\n" + PLAIN.split("\n", 1)[1],
         said="line 2 is taken for second names: when date, sold float"),
    read("zone and unit below the names", "when,flow\nUTC,cfs\n" + PLAIN.split("\n", 1)[1],
         said="taken for second names"),
    read("names in a comment", "# made by hand\n# day,sold\n" + PLAIN.split("\n", 1)[1], said="not read: 1 "),
    read("names behind a sign alone", "#day sold\n" + PLAIN.split("\n", 1)[1].replace(",", " ")),
    read("comments of other languages", "% made by hand\n// twice, or so\n" + PLAIN, said="lines not read: 1, 2"),
    read("totals of several kinds", PLAIN + "Total,19.5\nAverage,6.5\nMin,5\nMax,8\nStd. dev.,1\nCount,3\n",
         said="lines not read: 5, 6, 7, 8, 9, 10"),
    read("totals between", "month,sold\n2015-01,5\n2015-02,6.5\n2015-03,8\nTotal Q1,19.5\n2015-04,9\n"
         "2015-05,9\n2015-06,9\nTotal Q2,27\n", [*MONTHS, "2015-04-01", "2015-05-01", "2015-06-01"],
         [*Y, 9, 9, 9], said="lines not read: 5, 9"),
    read("a sum without a name", PLAIN + ",19.5\n", said="lines not read: 5"),
    read("more footnotes than are named", PLAIN + "see below\n" * 12,
         said="lines not read: 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 and 2 more"),
    read("footnotes and sources", PLAIN + "\n* estimated\nSource: the till, 2024\n(c) us, all rights\n",
         said="lines not read: 6, 7, 8"),
    several("a series that is called Total", "region,day,sold\n" + LONG.replace("a,", "North,").replace(
        "b,", "Total,"), {**TWO, "unique_id": ["North"] * 3 + ["Total"] * 3}, said="id column: region"),
    several("a total per group", "region,day,sold\n" + LONG.replace("b,2024-01-01", "a,Total,6\nb,2024-01-01")
            + "b,Total,15\n", TWO, said="lines not read: 5, 9"),
    several("a total per group beside dates", "region,shop,2024-01-01,2024-01-02,2024-01-03\nN,a,1,2,3\n"
            "N total,,1,2,3\nS,b,4,5,6\nS total,,4,5,6\nGrand total,,5,7,9\n",
            {**TWO, "unique_id": ["N/a"] * 3 + ["S/b"] * 3}, said="lines not read: 3, 5, 6"),
    several("series that are named as averages are", "what,2024-01-01,2024-01-02,2024-01-03\nMax load,1,2,3\n"
            "Mean load,4,5,6\nTotal load,7,8,9\nload,1,1,1\n", {
                "unique_id": [n for n in ("Max load", "Mean load", "Total load", "load") for _ in DAYS],
                "ds": DAYS * 4, "y": [*range(1, 10), 1, 1, 1]}),
    read("where and what of a series above it", "latitude,longitude,elevation\n52.52,13.41,38.0\n\n" + PLAIN,
         said="lines not read: 1, 2"),
    read("facts between names and times", '"Title","index"\n"CDID","D7BT"\n"Source","MM23"\n"Unit","2015=100"\n'
         '"2015 JAN","5"\n"2015 FEB","6.5"\n"2015 MAR","8"\n', MONTHS, said="lines not read: 2, 3, 4"),
    read("titles above cells that blanks part", "Bean sales in Oxford, of the hall at the market, 51.761 -1.262\n"
         "Estimates are marked with * and what is missing with ---\n   yyyy  mm   sold    rain\n"
         "               kg      mm\n   2015   1    5.0    62.8\n   2015   2    6.5*    ---\n"
         "   2015   3    8.0    25.9\n", MONTHS, target_col="sold", said="line 4 is taken for units"),
    read("facts, an empty line and cells that blanks part", "Title: Sales of beans\nUnits: kg\n\nDATE  VALUE\n"
         + PLAIN.split("\n", 1)[1].replace(",", "   "), said="lines not read: 1, 2"),
    read("comments above cells that blanks part", "# by hand\n# all of the hall\n"
         + PLAIN.replace(",", " "), said="lines not read: 1, 2"),
    read("facts with more cells than the table", "Point;Kind;Since\n123;load;01/01/2024\nday;sold\n"
         + PLAIN.split("\n", 1)[1].replace(",", ";"), said="lines not read: 1, 2"),
    read("a station above an empty line", "Name;Number\nLund;53430\n\nday;sold;kind;;about\n2024-01-01;5;G;;x\n"
         "2024-01-02;6.5;G;;y\n2024-01-03;8;G;;\n", said="value column: sold"),
    read("as many facts as rows", "Name,JO DOE\nAddress,1 X ST\nNumber,123\nService,1\n\nKIND,day,sold,note\n"
         "E,2024-01-01,5,\nE,2024-01-02,6.5,\nE,2024-01-03,8,\n", said="lines not read: 1, 2, 3, 4"),
    read("no names above texts that come again", "S1,2024-01-01,TMAX,5,E\nS1,2024-01-02,TMAX,6.5,E\n"
         "S1,2024-01-03,TMAX,8,E\n", said="time column: column_2"),
    several("no names above keys that come again", "S1,20240101,5\nS2,20240101,6\nS1,20240102,7\nS2,20240102,8\n",
            {"unique_id": ["S1", "S2"] * 2, "ds": ["2024-01-01"] * 2 + ["2024-01-02"] * 2, "y": [5, 6, 7, 8]},
            time_col="column_2", said="id column: column_1"),
    read("names in angles", "<TICKER>,<DATE>,<TIME>,<CLOSE>\nX,20240101,000000,5\nX,20240102,000000,6.5\n"
         "X,20240103,000000,8\n", target_col="<CLOSE>"),
    asked("names that come twice above units", "day,sold,sold\n,kg,eur\n2024-01-01,5,1\n2024-01-02,6.5,2\n"
          "2024-01-03,8,3\n", "several columns hold numbers: sold kg, sold eur"),
    read("units of money below the names", "day;sold\n;SEK/MWh\n" + PLAIN.split("\n", 1)[1].replace(",", ";"),
         said="taken for units: sold SEK/MWh"),
    read("facts of each column above the names", "location,Basel,Basel\nlat,47.5,47.5\nasl,279,279\n"
         "variable,Temperature,Rain\nunit,°C,mm\nresolution,daily,daily\ntimestamp,Basel T,Basel R\n"
         + "".join(f"{day},{value},0\n" for day, value in PAIRS), target_col="Temperature"),
    read("names of pandas in three rows", "Price,Close,High\nTicker,A,A\nDate,,\n"
         + "".join(f"{day},{value},9\n" for day, value in PAIRS), target_col="Close",
         said="line 3 is taken for second names: Price Date"),
]  # fmt: skip
