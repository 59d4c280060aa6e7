"""What a moment is: steps, frequencies, grids, zones, stamps."""
