"""A file as data, by the rules of the command line."""

import io
from pathlib import Path

import pytest
import tidecast

from tests.client.helpers import Server, forecast

DAYS = "date;sold;store\n01.02.2024;1,5;7\n02.02.2024;2,5;7\n13.02.2024;3,0;7\n"


@pytest.fixture
def days(tmp_path: Path) -> Path:
    path = tmp_path / "days.csv"
    path.write_text(DAYS)
    return path


def test_a_path_is_data_and_guesses_are_warnings(days: Path) -> None:
    server = Server(forecast(["2024-02-14"], [4.0]))
    with pytest.warns(tidecast.TidecastWarning) as told:
        table = server.client().forecast(days, 1)
    guess = "value column: sold (the only one with numbers to forecast; target_col names another)"
    assert guess in [str(one.message) for one in told]
    assert server.body["series"]["y"] == [1.5, 2.5, 3.0]
    assert server.body["series"]["ds"][-1].startswith("2024-02-13")
    assert list(table) == ["ds", "yhat"]


@pytest.mark.filterwarnings("ignore::tidecast.TidecastWarning")
def test_what_a_file_holds_is_data(days: Path) -> None:
    read = tidecast.read(days)
    assert tidecast.read(DAYS) == tidecast.read(DAYS.encode()) == read
    assert tidecast.read(io.StringIO(DAYS)) == tidecast.read(io.BytesIO(DAYS.encode())) == read
    assert tidecast.read(io.StringIO('{"y": [1, 2]}')) == {"y": [1, 2]}["y"]
    server = Server(forecast(["2024-02-14"], [4.0]))
    server.client().forecast(DAYS, 1)
    assert server.body["series"]["y"] == [1.5, 2.5, 3.0]
    with pytest.raises(tidecast.DataError, match="line 3 has 3 cells, the header 2"):
        tidecast.read("day,sold\n2024-01-01,5\n2024-01-02,6,7\n")


def test_letters_are_read_as_what_is_said(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(
        "Число;Объём\n01.02.2024;1,5\n02.02.2024;2,5\n13.02.2024;3,0\n".encode("cp1251")
    )
    with pytest.warns(tidecast.TidecastWarning) as told:
        tidecast.read(path)
    assert (
        str(told[0].message)
        == "not UTF-8: read as Windows-1252 (encoding NAME reads it as another)"
    )
    with pytest.warns(tidecast.TidecastWarning) as told:
        assert tidecast.read(path, encoding="windows-1251")["y"] == [1.5, 2.5, 3.0]
    assert "times of Число" in str(told[2].message)
    for name, problem in (
        ("cp1252x", "there is no encoding 'cp1252x'"),
        ("rot13", "there is no encoding"),
        ("utf-8", "this is no utf-8: byte 1 stands for nothing in it"),
    ):
        with pytest.raises(tidecast.DataError, match=problem):
            tidecast.read(path, encoding=name)


def test_columns_of_a_file_can_be_named(days: Path) -> None:
    server = Server(forecast(["2024-02-14"], [4.0]))
    with pytest.warns(tidecast.TidecastWarning):
        server.client().forecast(str(days), 1, target_col="store", time_col="date")
    assert server.body["series"]["y"] == [7, 7, 7]


@pytest.mark.filterwarnings("ignore::tidecast.TidecastWarning")
def test_read_keeps_the_columns_that_are_asked_for(days: Path) -> None:
    read = tidecast.read(days, target_col="sold", exog=["store"])
    assert {"ds", "y", "store"} == set(read)


@pytest.mark.filterwarnings("ignore::tidecast.TidecastWarning")
def test_a_wide_file_is_a_series_for_each_column(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("date,a,b\n2024-01-01,1,2\n2024-01-02,3,4\n")
    read = tidecast.read(path, wide=True)
    assert sorted(set(read["unique_id"])) == ["a", "b"]


def test_what_could_be_wrong_names_the_argument(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("date,a,b\n2024-01-01,1,2\n2024-01-02,3,4\n")
    with pytest.raises(tidecast.DataError, match="hint: target_col NAME says which"):
        tidecast.read(path)


def test_a_picture_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    with pytest.raises(tidecast.DataError, match="cannot read"):
        tidecast.Client().detect(path)
