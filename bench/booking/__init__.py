"""Booking under contention: many residents who want the same times, and each time goes to one of them."""

CLAIMANTS = 50
# Times that are free at once: one for all of them, and one for every five.
CASES = (1, 10)
