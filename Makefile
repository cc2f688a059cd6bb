# make run    everything on this machine      make test         every check and test
# make bench  what it costs, measured         make conformance  judged by published specifications
# make conversations  every scenario in every language

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
SITE = $(shell $(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")
INSTALL := $(UV) pip install --quiet --no-config --python $(BIN)/python --no-deps --compile-bytecode
OURS := core bot actions channels console sandbox

export RASA_TELEMETRY_ENABLED := false
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check bench conformance conversations lock neural lock-neural services browser node clean

run: $(VENV)/.run
	@$(BIN)/nutmeg run

test: $(VENV)/.dev services browser check
	$(BIN)/nutmeg train
	$(BIN)/pytest -q

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nutmeg data check
	$(BIN)/nutmeg locales check

bench: $(VENV)/.dev services
	$(BIN)/python -m bench

conversations: $(VENV)/.dev
	$(BIN)/nutmeg train
	$(BIN)/pytest -q tests/conversations -m every_language

conformance: $(VENV)/.dev services node
	$(BIN)/nutmeg train
	$(BIN)/pytest -q -m conformance tests/conformance

# The environment: pinned with hashes. Bytecode is compiled, without it every start takes three times as long.
$(UV):
	@$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))" || \
		{ echo "Nutmeg needs Python 3.11 or 3.12; set PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "apt-get install python3-venv, then again"; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.9.30

$(VENV)/.run: requirements.lock pyproject.toml packaging/tensorflow-placeholder/pyproject.toml | $(UV)
	@echo "Installing (once, about a minute) ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(MAKE) --no-print-directory ours
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(UV)
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(MAKE) --no-print-directory ours
	@touch $@ $(VENV)/.run

.PHONY: ours
ours:
	@$(INSTALL) ./packaging/tensorflow-placeholder
	@$(INSTALL) --editable .
	@# Rasa phones home unless told otherwise, and `rasa` typed by hand knows nothing of this file.
	@echo "import os; os.environ.setdefault('RASA_TELEMETRY_ENABLED', 'false')" > $(SITE)/nutmeg_telemetry_off.pth
	@$(BIN)/python -m compileall -q $(OURS)

lock: | $(UV)
	$(UV) pip compile --quiet pyproject.toml --universal --python-version 3.11 --no-header --generate-hashes -o requirements.lock
	$(UV) pip compile --quiet pyproject.toml --group dev --universal --python-version 3.11 --no-header --generate-hashes \
		-c requirements.lock -o requirements-dev.lock

# Rasa's neural components: TensorFlow itself in the placeholder's place (2 GB, Python 3.11).
neural: $(VENV)/.run
	$(UV) pip uninstall --quiet --python $(BIN)/python tensorflow
	$(INSTALL) --require-hashes -r packaging/neural/requirements.lock

lock-neural: | $(UV)
	$(UV) pip compile --quiet --no-config packaging/neural/requirements.in --override packaging/neural/overrides.txt \
		--python-version 3.11 --no-header --no-annotate --generate-hashes -o packaging/neural/requirements.lock

# What tests need besides Python. As root on Debian or Ubuntu it is installed, else the sentence says what to install.
APT_FOR_TESTS := $(if $(wildcard /usr/bin/redis-server),,redis-server) \
	$(if $(wildcard /usr/lib/postgresql/*/bin/initdb),,postgresql) $(if $(wildcard /usr/bin/msgfmt),,gettext)
APT_FOR_BROWSER := $(if $(wildcard /usr/bin/chromium),,chromium) \
	$(if $(wildcard /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf),,fonts-noto-core) \
	$(if $(wildcard /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc),,fonts-noto-cjk) \
	$(if $(wildcard /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf),,fonts-noto-color-emoji)

services: ; @$(call apt_install,$(APT_FOR_TESTS))
browser: ; @$(call apt_install,$(APT_FOR_BROWSER))

define apt_install
missing="$(strip $(1))"; if [ -n "$$missing" ]; then \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing > /dev/null; \
	else echo "The tests need: apt-get install $$missing"; exit 2; fi; fi
endef

node:
	@command -v npm > /dev/null || { echo "make conformance needs Node.js 20 and npm: apt-get install nodejs npm"; exit 2; }
	@test -d var/npm/node_modules/google-discovery-to-swagger || npm install --silent --prefix var/npm --ignore-scripts \
		@stoplight/prism-cli@5.14.2 twilio@6.2.0 google-discovery-to-swagger@2.1.0

clean:
	rm -rf $(VENV) var models .rasa
