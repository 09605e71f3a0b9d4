"""The benchmark: `python -m tests.bench` measures the figures that the product promises and prints
one table.

One measurement per file (`wall_delay`, `wall_bytes`, `many_walls`, `first_paint`, `board_time`,
`replay`, `check_ins`); the others set the stage. What is compared is measured in turns within one
run, because machines are shared and noisy. No test asserts a time.
"""
