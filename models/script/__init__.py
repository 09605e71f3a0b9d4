"""The script: what is done, said and switched at each item, and when each will really begin."""
