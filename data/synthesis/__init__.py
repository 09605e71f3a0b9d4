"""The synthesis: minutes of forums, paragraphs by topic, versions and their documents."""
