# make demo   JupyterLab on sample images and a Globus played on this machine
# make test   every check and every test: Python, TypeScript, browser
# make docs   the documentation, as a site in docs/_build/html
# make pictures   the pictures of the documentation, from the running demo
# make release   the wheel and the source distribution, checked, and a software bill of materials
# make test-long   kills, random requests and large lists, at a length that no change can wait for
# make test-live   compare the real Globus with what the sandbox assumes: ARGS="--help"
# They set up what they need in this folder; run again, they do only what has changed.

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .stamps
export PATH := $(CURDIR)/$(BIN):$(PATH)

FRONT_END := $(shell find src style schema -type f 2>/dev/null) tsconfig.json package.json webpack.config.js

.PHONY: demo docs pictures release test test-long test-live lint test-python test-typescript test-browser build generate clean

demo: $(STAMPS)/build
	@jupyter sregistry-globus demo --folder demo $(ARGS)

test: lint docs test-python test-typescript test-browser

build: $(STAMPS)/build

# Warnings are errors: a link inside the documentation that leads nowhere is one.
docs: $(STAMPS)/docs
	sphinx-build -W --keep-going -q -b html docs docs/_build/html

lint: $(STAMPS)/python-test $(STAMPS)/node
	ruff check .
	ruff format --check .
	mypy
	jlpm lint:check

test-python: $(STAMPS)/python-test $(STAMPS)/build
	pytest -n 2 --dist loadfile $(ARGS)

# The campaigns at full length: about an hour and a half, on a machine that does nothing else.
test-long: $(STAMPS)/python-test
	pytest -m long $(ARGS)

# Works only in a folder that it makes, and removes that.
test-live: $(STAMPS)/python-test
	python -m tests.live $(ARGS)

test-typescript: $(STAMPS)/node
	jlpm test

test-browser: $(STAMPS)/python-test $(STAMPS)/build $(STAMPS)/ui-tests $(STAMPS)/chromium
	cd ui-tests && jlpm playwright test $(ARGS)

# The pictures and the animation of the documentation, from the running demo.
pictures: $(STAMPS)/python-test $(STAMPS)/build $(STAMPS)/ui-tests $(STAMPS)/chromium $(STAMPS)/pictures
	rm -rf ui-tests/test-results/frames
	cd ui-tests && jlpm playwright test --config pictures.config.ts
	.venv-pictures/bin/python scripts/animate.py

# The wheel, the source distribution, and a list of what an installation of them contains (SBOM).
release: $(STAMPS)/build $(STAMPS)/release
	rm -rf dist
	$(BIN)/uv build --quiet --python $(BIN)/python --out-dir dist .
	.venv-release/bin/twine check --strict dist/*.whl dist/*.tar.gz
	.venv-release/bin/check-wheel-contents dist/*.whl
	scripts/write-sbom

# What is made from the routes and the models: the OpenAPI file, and the front end's types.
generate: $(STAMPS)/python $(STAMPS)/node
	$(BIN)/python -m jupyterlab_sregistry_globus.handlers.openapi docs/openapi.json
	jlpm generate

clean:
	rm -rf $(STAMPS) .venv .venv-globus-cli .venv-jupyterhub .venv-release .venv-pictures dist node_modules ui-tests/node_modules lib demo docs/_build
	rm -rf jupyterlab_sregistry_globus/labextension jupyterlab_sregistry_globus/_version.py

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

# The front end is built by a rule of its own, in the folder, and linked.
$(STAMPS)/python: $(STAMPS)/venv pyproject.toml package.json
	@mkdir -p jupyterlab_sregistry_globus/labextension
	SKIP_JUPYTER_BUILDER=1 $(BIN)/uv pip install --quiet --python $(BIN)/python -e . 'jupyter-builder>=1.2,<2'
	@touch $@

$(STAMPS)/python-test: $(STAMPS)/python
	SKIP_JUPYTER_BUILDER=1 $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[test]'
	@touch $@

$(STAMPS)/docs: $(STAMPS)/python
	SKIP_JUPYTER_BUILDER=1 $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[docs]'
	@touch $@

$(STAMPS)/pictures: $(STAMPS)/venv
	$(BIN)/uv venv --quiet --python $(BIN)/python .venv-pictures
	$(BIN)/uv pip install --quiet --python .venv-pictures 'pillow>=11'
	@touch $@

$(STAMPS)/release: $(STAMPS)/venv
	$(BIN)/uv venv --quiet --python $(BIN)/python .venv-release
	$(BIN)/uv pip install --quiet --python .venv-release 'twine>=6' 'check-wheel-contents>=0.6' 'cyclonedx-bom>=7'
	@touch $@

$(STAMPS)/node: $(STAMPS)/python package.json yarn.lock .yarnrc.yml
	jlpm install --immutable
	@touch $@

$(STAMPS)/build: $(STAMPS)/node $(FRONT_END)
	jlpm build:prod
	jupyter-builder develop . --overwrite
	@touch $@

$(STAMPS)/ui-tests: $(STAMPS)/node ui-tests/package.json ui-tests/yarn.lock
	cd ui-tests && jlpm install --immutable
	@touch $@

# The system's Chromium if there is one; as root with apt, Debian's; else Playwright's own.
$(STAMPS)/chromium: $(STAMPS)/ui-tests
	@ui-tests/find-chromium > /dev/null || ui-tests/install-chromium
	@touch $@
