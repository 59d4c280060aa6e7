"""How sure a forecast is."""
