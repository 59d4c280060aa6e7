"""Where fits run: one interface, a pool of local processes behind it."""
