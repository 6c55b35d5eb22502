# Two commands do all set-up: `make run` and `make test`. `make` alone explains the rest.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export PYTHONWARNINGS := ignore
PYTHON := .venv/bin/python
RUNTIME := .venv/.runtime-installed
TESTING := .venv/.testing-installed
LINTERS := .linters/.installed

.PHONY: help run test unit fuzz train eval compare bench soak chaos lint format check-data migrate lock clean

help: ## Show what can be done
	@echo "A French support assistant for marketplace sellers."
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

run: $(RUNTIME) ## Install, train if needed, fill in demo data and start; prints what to try
	@$(PYTHON) -m bot train
	@$(PYTHON) -m bot demo

test: $(TESTING) $(LINTERS) ## Install, train if needed and run all tests
	@$(PYTHON) -m bot train
	@$(PYTHON) -m pytest -n $${TEST_PROCESSES:-3} --dist loadfile

unit: $(TESTING) $(LINTERS) ## Only the fast tests, without Rasa (seconds)
	@$(PYTHON) -m pytest -m "not model"

fuzz: $(TESTING) ## Try thousands of inputs nobody thought of on every parser (FUZZ_EXAMPLES=4000)
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-4000} $(PYTHON) -m pytest tests/fuzz -q --timeout 7200

train: $(RUNTIME) ## Train the model if its data changed
	@$(PYTHON) -m bot train

eval: $(RUNTIME) ## How well the model understands, on all blind sets
	@$(PYTHON) -m bot train
	@$(PYTHON) -m bot evaluate

compare: $(RUNTIME) ## What the present data would change in what is understood, before training
	@$(PYTHON) -m bot evaluate --compare

bench: $(TESTING) ## Side by side with a stock Rasa bot; two hours (BENCH="--runs 1" for less)
	@$(PYTHON) -m bench $(BENCH)

soak: $(TESTING) ## Load on two replicas: times, memory, nothing lost (SOAK="--minutes 1" for less)
	@$(PYTHON) -m bot train
	@$(PYTHON) -m cluster.soak $(SOAK)

chaos: $(TESTING) ## 200 kills and cuts while sellers talk: nothing lost or doubled (CHAOS="--rounds 20")
	@$(PYTHON) -m bot train
	@$(PYTHON) -m cluster.chaos $(CHAOS)

lint: $(TESTING) $(LINTERS) ## Style, types, what deploys it, and the data's own checks
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@tools/lint-deploy
	@$(PYTHON) -m bot check-data

format: $(TESTING) ## Bring the code into the project's style
	@.venv/bin/ruff check --fix-only -q .
	@.venv/bin/ruff format .

check-data: $(RUNTIME) ## Check phrases, answers, responses and rules
	@$(PYTHON) -m bot check-data

migrate: $(RUNTIME) ## Bring the database's tables up to date
	@$(PYTHON) -m bot migrate

$(RUNTIME): requirements.lock tools/install
	@tools/install requirements.lock
	@touch $@

$(TESTING): $(RUNTIME) requirements-test.lock package-lock.json
	@tools/install requirements.lock requirements-test.lock
	@command -v npm >/dev/null || { echo "The widget's tests need Node.js (Debian: apt-get install nodejs npm)." >&2; exit 1; }
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(LINTERS): $(RUNTIME) tools/linters.lock
	@echo "Installing tools/linters.lock …"
	@tools/uv venv --quiet --clear --python .venv/bin/python .linters
	@tools/uv pip install --quiet --python .linters/bin/python --require-hashes --requirement tools/linters.lock
	@touch $@

lock: ## Resolve the dependencies anew into the lock files
	@tools/lock

clean: ## Remove the environment, models and the demo database
	rm -rf .venv .tools .linters node_modules var models/*.tar.gz
