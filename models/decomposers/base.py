"""The contract of every decomposition: final ``decompose``, a method writes ``_decompose``."""
