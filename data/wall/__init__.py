"""The board that the wall shows."""
