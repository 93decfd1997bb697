# Every target sets up what it needs, once. See README.md.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
APT_RUN := libgl1 libegl1 libglib2.0-0 libfontconfig1 libxkbcommon0 libdbus-1-3 \
	libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 \
	fonts-dejavu-core python3-venv
APT_TEST := xvfb xauth xdotool

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
