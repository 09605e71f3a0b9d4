"""Documentation for contributors; `docs.build` writes the parts that follow from the code."""
