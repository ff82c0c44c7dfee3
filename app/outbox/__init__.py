"""What must happen after commit: jobs stored in the transaction that causes them, done by the worker."""
