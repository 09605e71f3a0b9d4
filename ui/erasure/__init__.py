"""What people see of the erasure of personal data."""
