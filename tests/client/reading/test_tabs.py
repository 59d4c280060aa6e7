"""Which sheet of a workbook is read: the first that is shown, as its tabs stand."""

import io
import zipfile

from tidecast._reading.reading import read
from tidecast._reading.wanted import Wanted

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINK = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
LINKS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def sheet(y: int) -> str:
    rows = [["ds", "y"], *([f"2024-01-0{day}", str(y)] for day in (1, 2, 3))]
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    body = "".join(f"<row>{''.join(map(text.format, row))}</row>" for row in rows)
    return f"<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>"


def test_the_first_tab_that_is_shown_is_read_whatever_its_file_is_called() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for number in (1, 2, 3):
            book.writestr(f"xl/worksheets/sheet{number}.xml", sheet(number))
        tabs = [("rId3", "hidden"), ("rId2", "visible"), ("rId1", "visible")]
        sheets = "".join(f'<sheet r:id="{link}" state="{state}"/>' for link, state in tabs)
        book.writestr(
            "xl/workbook.xml", f"<workbook {MAIN} {LINK}><sheets>{sheets}</sheets></workbook>"
        )
        links = "".join(
            f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.xml"/>' for n in (1, 2, 3)
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels", f"<Relationships {LINKS}>{links}</Relationships>"
        )
    found = read(out.getvalue(), Wanted())
    assert found.roles is not None
    assert found.roles.columns["y"] == [2, 2, 2]
    assert "the first of 2 sheets is read, 'Sheet2'" in found.notes[0]
