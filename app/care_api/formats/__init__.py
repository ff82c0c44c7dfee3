"""What leaves for care systems: a letter's status, and the contract."""
