"""The register of petitions and their answers, which outlives the event and its erasure."""
