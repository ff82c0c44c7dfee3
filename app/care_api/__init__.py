"""The care systems' door: a token, a letter, its status. Contract: docs/care-systems.md."""
