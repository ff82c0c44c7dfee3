"""Outside the process: the store, the malware scanner, and the process that looks into files."""
