"""What a letter must be before it may be delivered."""
