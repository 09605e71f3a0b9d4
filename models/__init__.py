"""Tables and pure rules, one file per subject; nothing here reads a clock, a file or a database."""
