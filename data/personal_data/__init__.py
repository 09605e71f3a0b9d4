"""A person's data: requests about it, what there is of one person, and breaches of it."""
