"""Files of which no table can be read."""

from tests.files.case import LONG, PLAIN, archive, asked

REFUSED = [
    asked("a picture", b"\x89PNG\r\n\x1a\n" + bytes(99), "a PNG image, no table"),
    asked("a PDF", b"%PDF-1.7\n%...", "a PDF, no table"),
    asked("a page", "<!doctype html><html><table></table></html>", "a web page, no table"),
    asked("an old Excel file", b"\xd0\xcf\x11\xe0" + bytes(99), "save it as .xlsx"),
    asked("bytes", bytes(range(9)) * 20, "binary data, no table"),
    asked("nothing", "", "the file is empty"),
    asked("a header alone", "day,sold\n", "no rows below the header"),
    asked("words", "day,sold\n2024-01-01,five\n2024-01-02,six\n2024-01-03,seven\n", "no column of numbers"),
    asked("too many cells", PLAIN + "2024-01-04,9,9\n", "line 5 has 3 cells, the header 2"),
    asked("a comma in the last names", "shop,day,sold\n" + LONG + "b, c,2024-01-01,4\nb, c,2024-01-02,5\n",
          "line 8 has 4 cells, the header 3"),
    asked("a word among numbers", "title\n\n" + PLAIN + "2024-01-04,9\n2024-01-05,many\n",
          "line 8, column 'sold': 'many' is no number"),
    asked("a day that is not there", PLAIN + "2024-01-04,9\n2024-02-30,9\n",
          "line 6, column 'day': '2024-02-30'"),
    asked("times with and without an offset", "t,y\n2024-01-01T00:00Z,1\n2024-01-01T01:00,2\n",
          "mixes times with and without a time zone"),
    asked("an archive of two files", archive({"a.csv": PLAIN, "b.csv": PLAIN}), "a ZIP archive, no table"),
    asked("a Word document", archive({"word/document.xml": "<x/>", "a": ""}), "a Word document, no table"),
    asked("OpenDocument", archive({"content.xml": "<x/>", "mimetype": "x"}), "an OpenDocument file, no table"),
    asked("a table of HTML", "<table><tr><td>2024-01-01</td></tr></table>", "a web page, no table"),
    asked("zeros among the values", PLAIN.replace("5\n", "5\0\n", 1), "binary data, no table"),
    asked("XML", "<?xml version='1.0'?><rows/>", "this is XML, no table"),
    asked("a letter", "Dear all,\nplease find attached the report.\nBest, Anna\n", "no table"),
]  # fmt: skip
