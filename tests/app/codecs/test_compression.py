import gzip
from time import process_time

import pytest
import zstandard

from app.codecs.compression import WORTHWHILE_BYTES, compress, decompress
from app.failures import LimitExceeded, MalformedBody, UnsupportedMedia

TEXT = b'{"y": [1, 2, 3]}' * 1000
PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
}


@pytest.mark.parametrize("encoding", PACKED)
def test_compressed_bodies_are_read(encoding: str) -> None:
    assert decompress(PACKED[encoding], encoding, len(TEXT)) == TEXT
    assert decompress(PACKED[encoding], f" {encoding.upper()} ", len(TEXT)) == TEXT


@pytest.mark.parametrize("encoding", ["", "identity"])
def test_plain_bodies_stay_as_they_are(encoding: str) -> None:
    assert decompress(TEXT, encoding, 1) == TEXT


def test_several_members_are_one_body() -> None:
    assert decompress(gzip.compress(b"ab") + gzip.compress(b"cd"), "gzip", 9) == b"abcd"
    assert decompress(zstandard.compress(b"ab") + zstandard.compress(b"cd"), "zstd", 9) == b"abcd"


@pytest.mark.parametrize(
    "empty", [gzip.compress(b"", mtime=0), zstandard.compress(b"")], ids=["gzip", "zstd"]
)
def test_millions_of_empty_members_take_as_long_as_they_are_many(empty: bytes) -> None:
    def seconds(members: int) -> float:
        body, begin = empty * members, process_time()
        assert decompress(body, "gzip" if empty.startswith(b"\x1f") else "zstd", 1) == b""
        return process_time() - begin

    # Were the rest of the body copied for each of them, it would be sixteen times.
    assert seconds(160_000) < 10.0 * seconds(40_000)


@pytest.mark.parametrize("encoding", PACKED)
def test_a_bomb_is_refused_at_the_limit(encoding: str) -> None:
    with pytest.raises(LimitExceeded, match=f"max_body_bytes is {len(TEXT) - 1}"):
        decompress(PACKED[encoding], encoding, len(TEXT) - 1)


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("body", [b"no archive", b"\x1f\x8b"])
def test_broken_archives_are_malformed(encoding: str, body: bytes) -> None:
    with pytest.raises(MalformedBody, match="the body is not"):
        decompress(body, encoding, len(TEXT))


def test_a_cut_archive_is_malformed() -> None:
    with pytest.raises(MalformedBody, match="ends too early"):
        decompress(PACKED["gzip"][:-9], "gzip", len(TEXT))


def test_other_encodings_are_refused_with_a_list() -> None:
    with pytest.raises(UnsupportedMedia, match="'br'") as caught:
        decompress(TEXT, "br", 9)
    assert caught.value.hint == "use one of gzip, x-gzip, zstd, or none"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, zstd", "zstd"),
        ("gzip", "gzip"),
        ("zstd;q=0, gzip;q=0.5", "gzip"),
        ("br", None),
        ("", None),
    ],
)
def test_large_answers_are_compressed_as_the_client_likes(
    accepted: str, encoding: str | None
) -> None:
    body = b"x" * WORTHWHILE_BYTES
    packed, used = compress(body, accepted)
    assert used == encoding
    assert decompress(packed, used or "", len(body)) == body
    assert compress(b"small", accepted) == (b"small", None)
