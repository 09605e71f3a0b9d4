"""What people see of the synthesis: minutes, paragraphs, versions and files."""
