"""Documents as files: what an office prints, signs and files, written from reports by pure functions."""
