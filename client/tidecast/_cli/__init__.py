"""The command `tidecast`: files in, files out, through the client."""
