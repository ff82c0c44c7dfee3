"""All that awaits a resident's answer, whatever it came with, in one place (Att göra)."""
