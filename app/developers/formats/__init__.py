"""What docs/ and the contract say, as pages."""
