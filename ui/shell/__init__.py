"""The frame of every page: menu, live updates, words, cache, commands, shared components."""
