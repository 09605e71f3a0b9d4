"""What the secretariat sees of the distribution: versions, delegations, e-mail."""
