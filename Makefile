# Everything a person types. `make run` serves; `make test` and `make check` judge.

PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= var
BIN := .venv/bin
# Two cores wait often enough, for a browser or a server, to be kept busy by three.
WORKERS ?= 3

.PHONY: help setup setup-dev run test check lock clean

help:
	@echo "make run     serve Seminar on http://127.0.0.1:$(PORT) (PORT=, DATA_DIR=)"
	@echo "make test    run all tests, on SQLite and on PostgreSQL"
	@echo "make check   style, types, templates, imports, migrations, deployment settings"
	@echo "make setup   only install what make run needs (PYTHON=)"
	@echo "make lock    renew the locks from pyproject.toml"

setup:
	@$(PYTHON) bin/install.py requirements.lock requirements-dev.lock

setup-dev:
	@$(PYTHON) bin/install.py requirements-dev.lock

run: setup
	@PORT="$(PORT)" DATA_DIR="$(DATA_DIR)" exec $(BIN)/python -m seminar.run

test: setup-dev
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup --database postgresql -m "not browser and not once"

# What `check --deploy` looks at are the settings of a real installation; it needs no database.
DEPLOYED := SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(50))") \
	SITE_URL=https://seminar.example.edu DATABASE_URL=sqlite:///:memory:

check: setup-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	find templates -name "*.html" -print0 | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	$(BIN)/lint-imports --no-logo
	$(DEPLOYED) $(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING

LOCK := $(BIN)/uv --system-certs pip compile --quiet --universal --no-header --generate-hashes --python-version 3.11

lock: setup-dev
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	echo uv | $(LOCK) - -o requirements-uv.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
