"""Providers at arm's length: what they and the libraries raise becomes ours here."""
