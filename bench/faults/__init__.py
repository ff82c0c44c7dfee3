"""What is killed without warning loses nothing: bin/faults."""
