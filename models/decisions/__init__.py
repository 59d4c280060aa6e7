"""When strange becomes an alarm: the common scale, the rules, the reasons."""
