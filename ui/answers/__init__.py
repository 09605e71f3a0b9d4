"""What people see of the register of petitions and answers."""
