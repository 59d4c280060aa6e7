"""The engine on this machine: lanes of worker processes."""
