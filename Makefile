# SPDX-License-Identifier: Apache-2.0
# `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.

CHECKED_BUILD := swift build --explicit-target-dependency-import-check error
SWIFT_FOLDERS := Package.swift Sources Tests plugins loadtest

# What `make fuzz` runs, for how long each, or which found input again.
TARGET ?= all
SECONDS ?= 60
REPLAY ?=

.PHONY: help dependencies build test allocations simulate demo bench bench-fire bench-models fuzz corpora sanitize format lint clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

dependencies: ## install the system libraries that are missing (apt, with sudo when not root)
	@config/install-dependencies.sh

build: dependencies ## build the release binary and plugins, and list the plugins' hashes
	$(CHECKED_BUILD) -c release
	@cd .build/release && sha256sum lib*Plugin.so > plugins.sha256

test: dependencies lint ## run every test
	$(CHECKED_BUILD) --build-tests
	@Tests/run.sh --skip-build --skip LoadTestingTests
	@Tests/run.sh --skip-build --filter LoadTestingTests # by itself: it measures time
	@$(MAKE) --no-print-directory allocations

allocations: ## prove that the request path allocates nothing, which only an optimised build can show
	$(CHECKED_BUILD) -c release --product PricingPlugin
	$(CHECKED_BUILD) -c release --product RecommendationsPlugin
	$(CHECKED_BUILD) -c release --product allocation-probe
	.build/release/allocation-probe

simulate: dependencies ## run the deterministic simulation (SEEDS=12345 or SEEDS=1..5000; BUG=… puts one in)
	@$(CHECKED_BUILD) --product simulate
	@.build/debug/simulate $(or $(SEEDS),1..1000) $(BUG)

demo: build ## build a snapshot of a real store, serve it and ask for a price (ONCE=1 stops then)
	@config/demo/run.sh

bench: build ## measure the gateway beside nginx, and under the load tester's scenarios with an HTML report each
	@.build/release/sluice snapshot build --source config/demo/source.yaml \
		--out .sluice/snapshots --publish > /dev/null
	@docs/benchmarks/run.py
	@docs/benchmarks/loadtest_vs_wrk.py
	@docs/benchmarks/scenarios.py

fuzz: dependencies ## search for inputs that break a reader (TARGET=json SECONDS=60, REPLAY=file; docs/FUZZING.md)
ifeq ($(REPLAY),)
	@Tests/Fuzz/run.sh fuzz $(TARGET) $(SECONDS)
else
	@Tests/Fuzz/run.sh replay $(TARGET) $(REPLAY)
endif

corpora: ## add to Tests/Corpora what make fuzz found to reach new code (TARGET=json)
	@Tests/Fuzz/run.sh merge $(TARGET)

sanitize: dependencies ## run every test under the address and the thread sanitizer
	@Tests/sanitize.sh address
	@Tests/sanitize.sh thread

bench-fire: build ## measure the gateway while it is overloaded and things break (needs python3)
	@docs/benchmarks/tail.py
	@docs/benchmarks/overload.py
	@docs/benchmarks/faults.py
	@docs/benchmarks/faults.py --kills 100
	@docs/benchmarks/reload.py

bench-models: dependencies ## measure model predictions beside their peers, installed from PyPI (needs python3, gcc)
	$(CHECKED_BUILD) -c release --product tree-bench
	@docs/benchmarks/trees/run.py

format: ## format every Swift file in place
	swift format --in-place --parallel --recursive $(SWIFT_FOLDERS)

lint: ## check formatting and style, warnings are errors
	swift format lint --strict --parallel --recursive $(SWIFT_FOLDERS)

clean: ## remove everything that was built, and the demo's snapshots
	rm -rf .build .build-* .sluice
