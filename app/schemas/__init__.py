"""What requests may say and answers hold: validation of options, and the API reference."""
