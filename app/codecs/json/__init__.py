"""JSON: bodies of five shapes in, one answer out."""

from app.codecs.json.codec import CODEC

__all__ = ["CODEC"]
