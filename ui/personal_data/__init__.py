"""What people see of personal data: requests, breaches, what there is of one person, a notice."""
