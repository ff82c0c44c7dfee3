"""What happens to letters and summonses, told to the care systems that sent them."""
