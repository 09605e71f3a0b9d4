"""The register of petitions and answers: reads, commands, reminders and its document."""
