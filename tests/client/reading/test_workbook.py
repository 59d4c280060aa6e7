"""What stands in the cells of a workbook, of one that is written by hand."""

import io
import zipfile

import pytest
from tidecast._reading.bounds import Bounds
from tidecast._reading.errors import DataError
from tidecast._reading.workbook import BROKEN_BOOK, Book

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="21"/></cellXfs>'
TEXTS = "<si><t>when</t></si><si><r><t>so</t></r><r><t>ld</t></r></si>"


def book(rows: str, **parts: str) -> Book:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        inner = f"<sheetData>{rows}</sheetData>{parts.pop('behind', '')}"
        for name, xml in {"xl/worksheets/sheet1": inner, **parts}.items():
            file.writestr(f"{name}.xml", f"<all {MAIN}>{xml}</all>")
    return Book(out.getvalue(), Bounds())


def cells(rows: str, **parts: str) -> list[list[str]]:
    return book(rows, **parts).cells("Sheet1")


def test_texts_that_cells_share_stand_in_each_whole() -> None:
    row = '<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="inlineStr"><is><t>x</t></is></c></row>'
    assert cells(row, **{"xl/sharedStrings": TEXTS}) == [["sold", "when", "x"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c s="1"><v>45292</v></c>', "2024-01-01"),
        ('<c s="1"><v>45292.5</v></c>', "2024-01-01T12:00:00"),
        ('<c s="2"><v>0.25</v></c>', "06:00:00"),
        ('<c s="0"><v>5.0</v></c>', "5"),
        ('<c t="str"><f>A1</f><v>total</v></c>', "total"),
        ("<c><f>A1*2</f><v>7</v></c>", "7"),
        ("<c><f>A1*2</f></c>", "=A1*2"),
    ],
)
def test_a_cell_is_what_a_spreadsheet_shows(cell: str, text: str) -> None:
    assert cells(f"<row>{cell}</row>", **{"xl/styles": STYLES}) == [[text]]


def test_rows_and_cells_that_are_not_written_are_empty() -> None:
    rows = '<row r="2"><c r="C2"><v>3</v></c></row>'
    assert cells(rows) == [[], ["", "", "3"]]


def test_cells_that_are_merged_downward_have_the_value_of_the_first() -> None:
    rows = '<row r="1"><c r="A1"><v>8</v></c></row><row r="2"><c r="B2"><v>9</v></c></row>'
    merged = '<mergeCell ref="A1:A3"/><mergeCell ref="A1:B1"/>'
    assert cells(rows, behind=merged) == [["8"], ["8", "9"]]


@pytest.mark.parametrize("row", ['<row r="1048577"/>', '<row><c r="XFE1"><v>1</v></c></row>'])
def test_what_is_beyond_the_last_cell_of_a_sheet_is_broken(row: str) -> None:
    with pytest.raises(BROKEN_BOOK, match="beyond the last that a sheet can have"):
        cells(row)


def test_an_archive_of_another_kind_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("word/document.xml", "")
    with pytest.raises(DataError, match="this is a Word document, no table"):
        Book(out.getvalue(), Bounds())
