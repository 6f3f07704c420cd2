PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export ONEDNN_MAX_CPU_ISA ?= AVX512_CORE# some processors advertise AMX and trap on it

.PHONY: help demo test check vsix format clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/'

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[cpu,export]'
	touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

demo: $(VENV)/.demo ## install Fimble and the default model, complete three files
	$(BIN)/fimble model install qwen2.5-coder-0.5b
	$(BIN)/fimble complete examples/circle.py:cursor examples/users.ts:cursor examples/page.html:cursor

test: $(VENV)/.dev check ## everything: lint, types, contracts, tests
	$(BIN)/python -m pytest

check: $(VENV)/.dev ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

vsix: $(VENV)/.demo ## the VS Code extension, with the server's wheel in it (needs node and npm)
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir editor-client/vscode/wheels .
	cd editor-client/vscode && npm install && npm run package

format: $(VENV)/.dev ## lay the code out
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment (the model cache stays)
	rm -rf $(VENV)
