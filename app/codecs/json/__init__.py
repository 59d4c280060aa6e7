"""JSON: bodies of five shapes in, one answer out."""
