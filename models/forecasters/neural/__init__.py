"""Networks; files with an underscore are the kitchen of the others."""
