"""What is believed, and of whom. No clock but the time given, no database, no network."""
