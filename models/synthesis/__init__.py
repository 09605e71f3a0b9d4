"""The synthesis: minutes of forums, paragraphs by topic with their sources, approved versions."""
