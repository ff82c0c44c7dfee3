"""How much each care system may ask for, counted exactly over every process (docs/decisions/limits.md)."""
