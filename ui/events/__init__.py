"""The events of an installation: which one is current, and where each stands."""
