"""What models are told beside the values: calendar, holidays."""
