"""Reviews and the directives that they give."""
