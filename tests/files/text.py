"""How text is laid out and encoded: separators, quotes, ends of lines, letters."""

from tests.files.case import DAYS, MONTHS, PLAIN, asked, read

RUSSIAN = "день;число\n2024-01-01;5,0\n2024-01-02;6,5\n2024-01-03;8,0\n"
TEXT = [
    read("commas", PLAIN),
    read("semicolons", PLAIN.replace(",", ";")),
    read("tabs", PLAIN.replace(",", "\t")),
    read("bars", PLAIN.replace(",", "|")),
    read("blanks", PLAIN.replace(",", "  ")),
    read("a line that tells the separator", "sep=;\n" + PLAIN.replace(",", ";")),
    read("blanks after separators", PLAIN.replace(",", " , ")),
    read("ends of lines of Windows", PLAIN.replace("\n", "\r\n")),
    read("ends of lines of old Macintoshes", PLAIN.replace("\n", "\r")),
    read("empty lines", PLAIN.replace("\n", "\n\n")),
    read("separators at the ends of lines", PLAIN.replace("\n", ",\n")),
    read("a list of SAP", "|Kal.tag   |Menge    |\n|----------|---------|\n|01.01.2024|1.005,00-|\n"
         "|02.01.2024|6,50     |\n|03.01.2024|8,00     |\n", y=[-1005, 6.5, 8]),
    read("single quotes", "'when','sold'\n'2024-01-01','5'\n'2024-01-02','6.5'\n'2024-01-03','8'\n"),
    read("line ends of several kinds", "when,sold\r\n2024-01-01,5\n2024-01-02,6.5\r2024-01-03,8\r\n"),
    read("empty columns", "when,,sold,,\n2024-01-01,,5,,\n2024-01-02,,6.5,,\n2024-01-03,,8,,\n"),
    read("UTF-8 with a mark", PLAIN.encode("utf-8-sig")),
    read("UTF-16", PLAIN.encode("utf-16"), said="UTF-16"),
    read("UTF-16 without a mark", PLAIN.encode("utf-16-le"), said="UTF-16"),
    read("Latin-1", PLAIN.replace("sold", "größe").encode("latin-1"), said="Windows-1252"),
    read("UTF-32", PLAIN.encode("utf-32"), said="UTF-32"),
    read("rows as R prints them", "         day sold\n1 2024-01-01  5.0\n2 2024-01-02  6.5\n3 2024-01-03  8.0\n"),
    read("a table of MySQL", "+------------+------+\n| day        | sold |\n+------------+------+\n"
         "| 2024-01-01 |  5.0 |\n| 2024-01-02 |  6.5 |\n| 2024-01-03 |    8 |\n+------------+------+\n"
         "3 rows in set\n"),
    read("a table of Markdown", "| day | sold |\n|:----|-----:|\n| 2024-01-01 | 5 |\n| 2024-01-02 | 6.5 |\n"
         "| 2024-01-03 | 8 |\n"),
    read("lines in quotes", "".join(f'"{line}"\n' for line in PLAIN.splitlines())),
    read("zeros behind the end", PLAIN.encode() + bytes(40)),
    read("cells that keep spreadsheets from reading", 'day,sold\n="2024-01-01",="5"\n="2024-01-02",="6.5"\n'
         '="2024-01-03",="8"\n'),
    read("quotes around cells that blanks part", '"the day" "sold"\n"1" "2024-01-01" 5\n"2" "2024-01-02" 6.5\n'
         '"3" "2024-01-03" 8\n'),
    asked("a quote that is never closed", 'day,sold\n2024-01-01,"5\n2024-01-02,6\n',
          "the quote before '5' is never closed"),
    read(
        "letters of Russia", RUSSIAN.encode("cp1251"), encoding="cp1251", said="time column: день"
    ),
    read(
        "letters of Japan", PLAIN.replace("sold", "売上").encode("shift_jis"), encoding="shift_jis"
    ),
    read("letters of old Unix", RUSSIAN.encode("koi8-r"), encoding="koi8-r"),
    asked(
        "letters as they are not", RUSSIAN.encode("cp1251"), "this is no utf-8", encoding="utf-8"
    ),
    *(read(f"cells between {sign}", PLAIN.replace(",", sign)) for sign in "^~:"),
    read(
        "clocks between carets", PLAIN.replace(",", " 00:10^"), [f"{day}T00:10:00" for day in DAYS]
    ),
    read("decimal commas between tildes", PLAIN.replace(",", "~").replace(".", ",")),
    read("apostrophes that keep cells texts", PLAIN.replace("2024", "'2024").replace(",6", ",'6")),
    *(read(f"a word for time in {encoding}", PLAIN.replace("day", word).encode(encoding),
           said=f"read as {encoding}, in which it has {word.lower()!r}")
      for encoding, word in (("gb18030", "日期"), ("big5", "日期"), ("shift_jis", "日付"), ("cp949", "날짜"),
                             ("cp1251", "Дата"), ("koi8-r", "Дата"), ("cp1253", "Ημερομηνία"))),
    *(read(f"letters of {encoding}", ("Période,Quantité" + PLAIN.removeprefix("day,sold")).encode(encoding),
           said=f"read as {encoding}") for encoding in ("cp850", "mac-roman")),
    *(read(f"letters of {encoding}, in Polish", (
        "Miesiąc;Sprzedaż\nstyczeń 2015;5\nluty 2015;6,5\nmarzec 2015;8\n").encode(encoding), MONTHS,
           said=f"read as {encoding}") for encoding in ("cp1250", "iso8859-2", "cp852")),
]  # fmt: skip
