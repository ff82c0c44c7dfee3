"""Lärkpost on one machine, with made-up people: their letters, their e-ID and a care system that writes."""
