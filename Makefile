# Each target sets up .venv by itself; the work is in tools/setup.py, which also runs without make:
#   python3 tools/setup.py demo --no-browser        (Windows:  py tools\setup.py demo --no-browser)
# Arguments for the command behind a target:  make demo ARGS=--no-browser   make test ARGS="-k segment"
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test lint wheel usb clean

help install demo test lint wheel usb clean:
	@$(PYTHON) tools/setup.py $@ $(ARGS)
