"""Summonses in the words of a clinic's staff: what templates are given, with every string ready."""
