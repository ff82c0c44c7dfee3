"""A vendor's first day, played with test credentials, and a report that a region can approve."""
