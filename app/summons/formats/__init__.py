"""Summonses in words and addresses: what templates are given, with every string ready."""
