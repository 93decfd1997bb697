# Every target sets up what it needs, once. See README.md.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
APT_RUN := libgl1 libegl1 libglib2.0-0 libfontconfig1 libxkbcommon0 libdbus-1-3 \
	libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 \
	fonts-dejavu-core python3-venv
APT_TEST := xvfb xauth xdotool openbox wmctrl binutils g++

.PHONY: setup setup-dev demo run test lint bench figures pictures bundle test-camera lock clean

setup: $(VENV)/.run-ready
setup-dev: $(VENV)/.dev-ready

# Debian packages: installed as root or through sudo, otherwise named.
define need_packages
	@missing=""; for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null 2>&1; then echo "This is not Debian or Ubuntu: please install what these packages hold:$$missing"; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else \
		echo "Please install these system packages, then repeat:$$missing" >&2; exit 1; fi; \
	echo "Installing system packages:$$missing"; \
	$$as_root apt-get update -qq && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null
endef

$(VENV)/.run-ready: requirements.txt
	$(call need_packages,$(APT_RUN))
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing locked dependencies ..."
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

$(VENV)/.dev-ready: requirements-dev.txt $(VENV)/.run-ready
	$(call need_packages,$(APT_TEST))
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

# One display for everything that needs a real window.
XVFB := xvfb-run -a -s "-screen 0 1920x1200x24"

run: $(VENV)/.run-ready
	@$(PY) main.py

demo: $(VENV)/.run-ready
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(PY) main.py --demo; else $(PY) main.py demo --out demo-output; fi

lint: $(VENV)/.dev-ready
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

# The engine's tests beside all others: two processors are used, and each half stops as it likes.
TESTS := QT_QPA_PLATFORM=offscreen $(PY) -m pytest -q -m "not camera_vm and not bundle"

test: lint
	@mkdir -p build; $(TESTS) tests/imaging > build/tests-imaging.log 2>&1 & engine=$$!; \
	$(TESTS) tests --ignore=tests/imaging --ignore=tests/e2e; others=$$?; \
	wait $$engine; engine=$$?; cat build/tests-imaging.log; [ $$engine = 0 ] && [ $$others = 0 ]
	QT_QPA_PLATFORM=xcb $(XVFB) $(PY) -m pytest -q tests/e2e

test-camera: $(VENV)/.dev-ready
	@if [ -n "$$RHYTID_CAMERA_VM" ]; then bash "$$RHYTID_CAMERA_VM" setup uml; fi
	$(PY) -m pytest -q -m camera_vm tests/camera_vm

bench: $(VENV)/.dev-ready
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.benchmarks

figures: $(VENV)/.dev-ready
	$(PY) -m tests.figures docs/figures.md

pictures: $(VENV)/.dev-ready
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.pictures docs/pictures

bundle: $(VENV)/.dev-ready
	$(PY) -m PyInstaller --noconfirm --log-level WARN build.spec
	QT_QPA_PLATFORM=xcb $(XVFB) $(PY) -m pytest -q -m bundle tests/bundle

# Pin anew after a change of requirements*.in. Needs uv; writes no host name.
lock:
	uv pip compile --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 --no-header -q requirements.in -o requirements.txt
	uv pip compile --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 --no-header -q requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf build dist demo-output .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
