"""The residents' door to what they themselves decide."""
