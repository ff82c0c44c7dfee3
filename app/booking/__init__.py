"""Times (tider): what can be booked, who holds it for a moment, and whose it is."""
