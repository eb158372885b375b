# Everything a developer does with this repository. Each target installs what it needs and nothing else is required.
SHELL := /bin/bash
.DEFAULT_GOAL := help

SWIFT ?= swift
PREFIX ?= /usr/local
# `make bench verification` runs one suite; without a name all run.
SUITE := $(filter-out bench fuzz,$(MAKECMDGOALS))

.PHONY: help run test bench soak fuzz format lint install docs deps clean

help:
	@echo "make run      build mc, run its demo, verify real signed artifacts"
	@echo "make test     all tests"
	@echo "make bench    benchmarks beside their peers (make bench verification: one suite)"
	@echo "make soak     half an hour of mixed load with faults on mc serve (SOAK_MINUTES=30)"
	@echo "make fuzz     fuzz every parser of outside bytes, ten minutes a target (SECONDS_EACH=600)"
	@echo "make format   rewrite the sources in the house format"
	@echo "make lint     check format and generated pages"
	@echo "make docs     write the generated pages anew"
	@echo "make install  build for release and install mc (also as mctl) under PREFIX=$(PREFIX)"

deps:
	@scripts/dependencies

run: deps
	$(SWIFT) build --product mc
	scripts/run

test: deps
	scripts/test

bench: deps
	Benchmarks/run $(SUITE)

soak: deps
	Benchmarks/run soak

fuzz:
	Fuzz/run $${SECONDS_EACH:-600}

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	scripts/generated --check

docs:
	scripts/generated

install:
	$(SWIFT) build -c release --product mc
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 "$$($(SWIFT) build -c release --show-bin-path)/mc" $(DESTDIR)$(PREFIX)/bin/mc
	ln -sf mc $(DESTDIR)$(PREFIX)/bin/mctl

clean:
	rm -rf .build .build-* .venv

# A suite's name after `make bench` is an argument, not a target.
%:
	@:
