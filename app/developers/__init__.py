"""The developer's way in (utvecklare): the guide, the reference and the codes, for anyone."""
