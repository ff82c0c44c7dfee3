"""Made-up recipients, who answer by themselves, so that an integration is finished without a real person."""
