"""Lärkpost: a secure inbox between health care and residents."""
