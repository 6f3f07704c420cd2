PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export ONEDNN_MAX_CPU_ISA ?= AVX512_CORE# some processors advertise AMX and trap on it

.PHONY: help demo test sanitize bench check vsix format clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/'

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.demo: pyproject.toml hatch_build.py $(wildcard server/fimble/engine/kernels/*.[ch]) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[cpu]'
	touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --editable '.[cpu,export,http]' --group dev --group clients
	touch $@

demo: $(VENV)/.demo ## install Fimble and the default model, complete three files
	$(BIN)/fimble model install qwen2.5-coder-0.5b
	$(BIN)/fimble complete examples/circle.py:cursor examples/users.ts:cursor examples/page.html:cursor

test: $(VENV)/.dev check ## everything: lint, types, contracts, tests
	$(BIN)/python -m pytest

sanitize: $(VENV)/.dev ## the native operators' tests and 1,000 tampered graphs under gcc's sanitizers (two minutes; Linux)
	$(BIN)/python tests/sanitize.py

bench: $(VENV)/.dev ## speed, memory, cancels into benchmarks/results; beside llama.cpp with LLAMA_PYTHON, LLAMA_GGUF; typing with TRACES, LLAMA_SERVER
	for name in passes copying cancel memory roofline; do $(BIN)/python benchmarks/engine/$$name.py || exit 1; done
	$(BIN)/python benchmarks/engine/soak.py --requests 4000
	test -z "$(LLAMA_GGUF)" || $(BIN)/python benchmarks/engine/peers.py --python llama.cpp=$(LLAMA_PYTHON) fimble=DEFAULT llama.cpp=$(LLAMA_GGUF)
	test -z "$(TRACES)" || $(BIN)/python benchmarks/engine/keystrokes.py $(TRACES)
	test -z "$(TRACES)" || $(BIN)/python benchmarks/engine/replay.py $(TRACES) $(if $(LLAMA_SERVER),--llama-server $(LLAMA_SERVER) --gguf $(LLAMA_GGUF))

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
