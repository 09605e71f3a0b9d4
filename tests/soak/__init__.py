"""What lasts and what breaks: the product under kills, lost networks and a long day. `make soak`
runs it all.
"""
