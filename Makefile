# Live Pack. `make` lists what there is.

CARGO ?= cargo
BENCH_ARGS ?= --duration 10s --connections 32
# How long the loop of damaged messages runs in the tests, in seconds.
export FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help run test lint bench hostile fuzz load recommend-proof redis-server

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build, then serve with the embedded commerce world
	$(CARGO) build --release
	exec $(or $(CARGO_TARGET_DIR),target)/release/live-pack serve $(ARGS)

test: redis-server ## install what the tests need, then run all of them
	$(CARGO) test --workspace

lint: ## formatting, clippy and documentation, all warnings denied
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS=-Dwarnings $(CARGO) doc --no-deps --workspace

bench: ## GetLiveBagData against a bare server, the engine against code written by hand, a million timeouts
	$(CARGO) bench -p live-pack --bench get_live_bag_data
	$(CARGO) bench -p live-pack --bench methods
	$(CARGO) bench -p live-pack --bench modes
	$(CARGO) bench -p live-pack-engine --bench engine_overhead
	$(CARGO) bench -p live-pack-engine --bench engine_allocations
	$(CARGO) bench -p live-pack-engine --bench timeout_soak

hostile: redis-server ## what cannot kill, slow or drain it wrongly: corpus, fuzz, idle, drain, overload, rates
	$(CARGO) test -p live-pack-idl --test fuzz -- --nocapture
	$(CARGO) bench -p live-pack --bench hostile -- $(HOSTILE)

fuzz: ## coverage-guided fuzzing of one target, FUZZ=guard|ttheader|decoders|configuration; needs cargo-fuzz
	cd fuzz && RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run $(or $(FUZZ),guard) -- -max_total_time=$(FUZZ_SECONDS)

# A Python with what the recommendation library is measured against.
PROOF_PYTHON := $(or $(CARGO_TARGET_DIR),target)/recommend-python
$(PROOF_PYTHON)/bin/python:
	python3 -m venv $(PROOF_PYTHON)
	$(PROOF_PYTHON)/bin/pip install --quiet lightgbm==4.7.0 numpy scipy

recommend-proof: $(PROOF_PYTHON)/bin/python ## recommendation quality on ML-100k against numpy, trees against LightGBM
	$(CARGO) test --release -p live-pack-recommend-offline --test ml_100k -- --include-ignored --nocapture
	LIVE_PACK_PYTHON=$(abspath $(PROOF_PYTHON))/bin/python $(CARGO) bench -p live-pack-recommend-model --bench trees

load: ## load a running server (`make run` in another terminal)
	$(CARGO) build --release
	$(or $(CARGO_TARGET_DIR),target)/release/live-pack bench $(BENCH_ARGS)

# The tests start a redis-server of their own on a free port; they only need the program.
redis-server:
	@command -v redis-server >/dev/null && exit 0; \
	command -v apt-get >/dev/null || { echo 'The tests need redis-server, and there is no apt-get here: install it and run this again.' >&2; exit 1; }; \
	if [ "$$(id -u)" = 0 ]; then sudo=; \
	elif command -v sudo >/dev/null; then sudo=sudo; \
	else echo 'The tests need redis-server. Run as root: apt-get install redis-server' >&2; exit 1; fi; \
	$$sudo apt-get update -q && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends redis-server
