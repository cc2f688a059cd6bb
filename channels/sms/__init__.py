"""Text messages through Twilio: webhook in, one text out for each turn, delivery status."""
