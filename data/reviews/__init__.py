"""Reviews: commands, comparison, directives and documents."""
