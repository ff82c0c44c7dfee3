"""What a file may be, what it may be called, and what is found in it. No clock, no database, no web."""
