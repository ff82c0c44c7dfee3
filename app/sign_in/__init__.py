"""The e-ID door: OpenID Connect's code flow by the Swedish profile, for residents and for staff."""
