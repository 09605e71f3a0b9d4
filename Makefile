# On Windows, or without make: the same steps as plain python and pip lines are in README.md.
PYTHON ?= python3
BIN := .venv/bin
# How many tests run side by side.
WORKERS ?= 2

.PHONY: run test fast bench soak docs

run: .venv/run.stamp
	@$(BIN)/python -m web

test: .venv/dev.stamp
	@$(BIN)/python -m tests.prepare
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --durations=10 --durations-min=1

# What one runs while writing: no browser, no server, SQLite alone, under a minute.
fast: .venv/dev.stamp
	@$(BIN)/python -m pytest -n $(WORKERS) -q -m "not slow and not postgresql" --durations=10 --durations-min=1 \
		tests/models tests/data tests/ui tests/test_*.py

bench: .venv/dev.stamp
	@$(BIN)/python -m tests.prepare
	@$(BIN)/python -m tests.bench

soak: .venv/dev.stamp
	@$(BIN)/python -m tests.prepare
	@$(BIN)/python -m tests.soak

.venv/run.stamp: requirements.txt
	@$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Python 3.11 or newer is needed; this is ' + sys.version.split()[0])"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

docs: .venv/dev.stamp
	@$(BIN)/python -m docs.build
