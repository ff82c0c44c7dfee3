"""The staff door (personalverktyget): a clinician within one assignment, and so within one clinic."""
