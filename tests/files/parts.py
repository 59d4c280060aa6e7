"""Times in several columns."""

from tests.files.case import MONTHS, QUARTERS, WEEKS, Y, asked, read

PARTS = [
    read("year and month in columns", "year,month,sold\n2015,1,5\n2015,2,6.5\n2015,3,8\n", MONTHS,
         said="made of year, month"),
    read("day and hour in columns", "date,hour,load\n2024-01-01,0,5\n2024-01-01,1,6.5\n2024-01-01,2,8\n",
         ["2024-01-01T00:00:00", "2024-01-01T01:00:00", "2024-01-01T02:00:00"]),
    read("year and week", "year,week,sold\n2024,1,5\n2024,2,6.5\n2024,3,8\n", WEEKS, said="of year, week"),
    read("year and quarter", "year,quarter,sold\n2000,1,5\n2000,2,6.5\n2000,3,8\n", QUARTERS),
    read("year and quarter by name", "Year,Qtr,sold\n2000,Q1,5\n2000,Q2,6.5\n2000,Q3,8\n", QUARTERS),
    read("year and month by name", "Jahr;Monat;Menge\n2015;Januar;5\n2015;Februar;6,5\n2015;März;8\n", MONTHS),
    read("year and day of it", "year,doy,sold\n2024,1,5\n2024,2,6.5\n2024,3,8\n"),
    read("five parts, as buoys have them", "#YY MM DD hh mm WVHT\n#yr mo dy hr mn m\n" + "".join(
        f"2024 01 01 0{h} 30 {value}\n" for h, value in enumerate(Y)),
        [f"2024-01-01T0{h}:30:00" for h in range(3)], said="made of YY, MM, DD, hh, mm"),
    read("day and clock in German", "Datum;Uhrzeit;Last\n01.01.2024;00:00;5\n01.01.2024;01:00;6,5\n"
         "01.01.2024;02:00;8\n", [f"2024-01-01T0{h}:00:00" for h in range(3)], said="made of Datum, Uhrzeit"),
    read("a clock of twelve hours beside the day", "Date,Time,load\n2024-01-01,12:00 AM,5\n"
         "2024-01-01,6:30 AM,6.5\n2024-01-01,6:30 PM,8\n",
         [f"2024-01-01T{at}:00" for at in ("00:00", "06:30", "18:30")]),
    read("a day with the beginning and the end of hours", "Datum;Anfang;Ende;Last [MWh]\n" + "".join(
        f"01.01.2024;0{h}:00;0{h + 1}:00;{h + 1}.012,25\n" for h in range(3)),
        [f"2024-01-01T0{h}:00:00" for h in range(3)], [1012.25, 2012.25, 3012.25]),
    read("hours that end at 24", "date,hour,load\n2024-01-01,23,5\n2024-01-01,24,6.5\n2024-01-02,1,8\n",
         ["2024-01-01T23:00:00", "2024-01-02T00:00:00", "2024-01-02T01:00:00"]),
    read("day and clock without names", "2024-01-01 00:00 5\n2024-01-01 01:00 6.5\n2024-01-01 02:00 8\n",
         [f"2024-01-01T0{h}:00:00" for h in range(3)]),
    read("the year once for its months", "Year,Month,sold\n2015,January,5\n,February,6.5\n,March,8\n"
         "2016,January,1\n,February,2\n,March,3\n", [*MONTHS, "2016-01-01", "2016-02-01", "2016-03-01"],
         [*Y, 1, 2, 3], said="empty cells are read as the one above"),
    read("periods of the year", "id,Year,Period,sold\nx,2015,M01,5\nx,2015,M02,6.5\nx,2015,M03,8\n", MONTHS),
    read("clocks without a colon", "date,time,sold\n2024-01-01,0000,5\n2024-01-01,0030,6.5\n2024-01-01,1400,8\n",
         [f"2024-01-01T{at}:00" for at in ("00:00", "00:30", "14:00")]),
    read("a clock and its half of the day apart", "Date,Time,AM/PM,load\n2024-01-01,12:00,AM,5\n"
         "2024-01-01,6:30,AM,6.5\n2024-01-01,6:30,PM,8\n",
         [f"2024-01-01T{at}:00" for at in ("00:00", "06:30", "18:30")], said="made of Date, Time, AM/PM"),
    read("an hour and its half of the day apart", "date,hour,half,load\n1/14/2024,12,a.m.,5\n"
         "1/14/2024,1,a.m.,6.5\n1/14/2024,1,p.m.,8\n", [f"2024-01-14T{at}:00:00" for at in ("00", "01", "13")]),
    read("times and their half of the day apart", "when,half,load\n2024-01-01 12:00,AM,5\n"
         "2024-01-01 01:00,AM,6.5\n2024-01-01 01:00,PM,8\n",
         [f"2024-01-01T{at}:00:00" for at in ("00", "01", "13")]),
    read("hours with a zero before", "date,hour,load\n2024-01-01,08,5\n2024-01-01,09,6.5\n2024-01-01,10,8\n",
         [f"2024-01-01T{at}:00:00" for at in ("08", "09", "10")]),
    read("quarters in words beside the year", "Jahr;Quartal;sold\n2000;1. Quartal;5\n2000;2. Quartal;6,5\n"
         "2000;3. Quartal;8\n", QUARTERS, said="made of Jahr, Quartal"),
    read("weeks in words beside the year", "Year,Week,sold\n2024,Week 1,5\n2024,Week 2,6.5\n2024,Week 3,8\n",
         WEEKS),
    read("hours in words", "date,HOUR ENDING,load\n2024-01-01,23,5\n2024-01-01,24,6.5\n2024-01-02,1,8\n",
         ["2024-01-01T23:00:00", "2024-01-02T00:00:00", "2024-01-02T01:00:00"], said="made of date, HOUR ENDING"),
    read("year and month without names", "Prices;;\n;;index\n;;2020=100\n2015;Januar;5\n2015;Februar;6,5\n"
         "2015;März;8\n____;;\n", MONTHS),
    read("days beside hours by both ends", "Prices\n\n\tHours\tSYS\n" + "".join(
        f"01-01-2024\t0{h} - 0{h + 1}\t{value}\n" for h, value in enumerate(["5,0", "6,5", "8,0"])),
        [f"2024-01-01T0{h}:00:00" for h in range(3)], said="made of column_1, Hours"),
    asked("a year among its months", "id\tyear\tperiod\tsold\n" + "".join(
        f"x\t2015\tM{month:02d}\t{month}\n" for month in range(1, 14)),
        "line 14, column 'period': 'M13' is no part of a year"),
    asked("a day that no month has, in parts", "year,month,day,sold\n" + "".join(
        f"2015,2,{day},{day}\n" for day in range(24, 30)), "line 7, column 'day': 29 is no part of a year"),
]  # fmt: skip
