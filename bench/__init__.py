"""Measurements against floors, on this machine only: bin/bench NAME."""
