"""The way out to care systems."""
