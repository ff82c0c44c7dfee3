"""What letters enclose: files taken in, inspected, kept sealed, and opened by their residents."""
