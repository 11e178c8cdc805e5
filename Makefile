# Live Pack. `make` lists the targets.

CARGO ?= cargo
BENCH_ARGS ?= --duration 10s --connections 32
# Duration of the fuzz loops in the tests, in seconds.
export FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help run test lint guide clients clients-ci client-tools bench hostile downstreams faults storms healthy pgo llvm fuzz load deny recommend-proof shop shop-fuzz shop-proof redis-server postgresql curl etcd prometheus cost valgrind

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The program as `make run` builds it.
QUICK = $(or $(CARGO_TARGET_DIR),target)/quick/live-pack

run: ## build with profile quick, then serve with the embedded commerce world
	@echo 'profile quick builds faster but runs slower; for production use make pgo or cargo build --release'
	$(CARGO) build --profile quick
	exec $(QUICK) serve $(ARGS)

shop: ## build, seed the shop if it is empty, then serve it over HTTP: docs/shop.md
	$(CARGO) build --profile quick
	$(QUICK) shop seed $(SHOP_PLACE)
	exec $(QUICK) shop serve $(SHOP_PLACE) $(ARGS)

test: redis-server postgresql curl etcd prometheus ## install what the tests need, then run all tests
	$(CARGO) test --workspace

lint: ## formatting, clippy and documentation, all warnings denied
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS=-Dwarnings $(CARGO) doc --no-deps --workspace

deny: ## licences, sources and advisories of all dependencies; installs cargo-deny
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny --workspace check bans licenses sources
	@$(CARGO) deny --workspace check advisories || { test -z "$$CI" && echo 'advisories were not checked: see above' >&2; }

TARGET := $(or $(CARGO_TARGET_DIR),target)
# The server and the Rust clients, built from dependencies that `make test` has already compiled.
BUILD_AS_TESTED := $(CARGO) build --workspace --bin live-pack --example client_cases --example client_example
# Builds the clients and runs them against the server built above: docs/clients.md.
CLIENTS := python3 tests/clients/run.py --server $(TARGET)/debug/live-pack --work $(TARGET)/clients $(LANGUAGES)

clients: client-tools ## run clients in Go, Java, Python, Node and Rust against a server: docs/clients.md; LANGUAGES="go node" selects some
	$(BUILD_AS_TESTED)
	$(CLIENTS)

guide: ## apply the guides in docs/ to a copy of the sources, build it and make the documented calls
	CARGO="$(CARGO)" python3 tests/guide.py --target $(TARGET)

clients-ci: client-tools ## run the clients against the server and examples built by `make test`
	$(CLIENTS)

# Go 1.26 must be installed already. The driver reports tools that are still missing.
client-tools:
	-@command -v thrift >/dev/null || $(call install,thrift-compiler)
	-@command -v mvn >/dev/null || $(call install,maven default-jdk-headless)
	-@command -v npm >/dev/null || $(call install,nodejs npm)
	-@python3 -m venv --help >/dev/null 2>&1 || $(call install,python3-venv)

bench: ## GetLiveBagData compared with a bare server, the engine with handwritten code, a million timeouts, a recommended page
	$(CARGO) bench -p live-pack --bench get_live_bag_data
	$(CARGO) bench -p live-pack --bench methods
	$(CARGO) bench -p live-pack --bench modes
	$(CARGO) bench -p live-pack-engine --bench engine_overhead
	$(CARGO) bench -p live-pack-engine --bench engine_allocations
	$(CARGO) bench -p live-pack-engine --bench timeout_soak
	$(CARGO) bench -p live-pack-recommend --bench page

hostile: redis-server ## attack, overload and restart tests: corpus, fuzz, flood, idle, drain, calm, overload, rates
	$(CARGO) test -p live-pack-idl --test fuzz -- --nocapture
	$(CARGO) bench -p live-pack --bench hostile -- $(HOSTILE)

downstreams: ## many instances: one slow, one killed, changing configuration, and the cost of choosing an instance
	$(CARGO) bench -p live-pack --bench hostile -- slow killed changes
	$(CARGO) test --release -p live-pack-dal --lib -- --ignored --nocapture the_choice_of_an_instance_costs

faults: ## 480 cells: 20 kinds of faults of 12 services, weak and strong; then breakers, retries, hedges, a full outage under load
	$(CARGO) test -p live-pack --test main -- --ignored --nocapture every_kind_of_fault
	$(CARGO) bench -p live-pack --bench hostile -- dead hedged retried killed outage

cost: valgrind ## instructions of a call with and without logs, records and traces, under callgrind; BASE=REVISION to compare
	CARGO="$(CARGO)" python3 tests/cost.py --target $(TARGET) $(if $(BASE),--base $(BASE))

pgo: llvm ## the release binary, optimised with a profile of its own traffic; COMPARE=1 compares it with the plain one
	CARGO="$(CARGO)" python3 benches/pgo.py --target $(TARGET) $(if $(COMPARE),--compare)

healthy: redis-server etcd prometheus ## five minutes of traffic under a real Prometheus with our rules: no alert may fire
	$(CARGO) test --workspace --test main -- --ignored nothing_fires_in_five_healthy_minutes

storms: ## logs, records and traces: their cost in a full outage; a stuck log, dead collectors, slow readers
	$(CARGO) bench -p live-pack --bench hostile -- storm stuck

fuzz: ## coverage-guided fuzzing of one target, FUZZ=guard|ttheader|decoders|configuration; needs cargo-fuzz
	cd fuzz && RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run $(or $(FUZZ),guard) -- -max_total_time=$(FUZZ_SECONDS)

# A Python environment with the libraries that the recommendation library is compared with.
PROOF_PYTHON := $(or $(CARGO_TARGET_DIR),target)/recommend-python
$(PROOF_PYTHON)/bin/python:
	python3 -m venv $(PROOF_PYTHON)
	$(PROOF_PYTHON)/bin/pip install --quiet lightgbm==4.7.0 numpy scipy

recommend-proof: $(PROOF_PYTHON)/bin/python ## recommendation quality on ML-100k compared with numpy, trees compared with LightGBM
	$(CARGO) test --release -p live-pack-recommend-offline --test ml_100k -- --include-ignored --nocapture
	LIVE_PACK_PYTHON=$(abspath $(PROOF_PYTHON))/bin/python $(CARGO) bench -p live-pack-recommend-model --bench trees

load: ## generate load on a running server (`make run` in another terminal)
	$(CARGO) build --profile quick
	$(QUICK) bench $(BENCH_ARGS)

shop-proof: postgresql ## tests of the shop on both databases: oversell, kill -9, combining, idempotency, time-outs, model, latency
	PROPTEST_CASES=10000 $(CARGO) test --release -p live-pack-shop --test main model
	$(CARGO) bench -p live-pack-shop-gateway --bench proof --features crash-points -- $(PROOF)

# A Python environment with schemathesis.
FUZZ_PYTHON := $(or $(CARGO_TARGET_DIR),target)/shop-python
$(FUZZ_PYTHON)/bin/schemathesis:
	python3 -m venv $(FUZZ_PYTHON)
	$(FUZZ_PYTHON)/bin/pip install --quiet schemathesis==4.32.5

shop-fuzz: $(FUZZ_PYTHON)/bin/schemathesis ## schemathesis against the shop's OpenAPI document, FUZZ_OPTIONS=…
	$(BUILD_AS_TESTED)
	commerce/gateway/fuzz/run.sh $(or $(CARGO_TARGET_DIR),target)/debug/live-pack $(FUZZ_PYTHON)/bin/schemathesis $(FUZZ_OPTIONS)

# Installs a Debian package as root or through sudo.
define install
{ command -v apt-get >/dev/null || { echo 'This needs $(1), and there is no apt-get here: install it and run this again.' >&2; exit 1; }; \
if [ "$$(id -u)" = 0 ]; then sudo=; \
elif command -v sudo >/dev/null; then sudo=sudo; \
else echo 'This needs $(1). Run as root: apt-get install $(1)' >&2; exit 1; fi; \
$(2) $$sudo apt-get update -q && \
$$sudo env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get install -qy --no-install-recommends $(1); }
endef

# Unpacks a Debian package into a folder of the build output: unpack,FOLDER,PACKAGE.
define unpack
{ command -v apt-get >/dev/null || { echo 'This needs $(2), and there is no apt-get here: install it and run this again.' >&2; exit 1; }; \
mkdir -p $(TARGET)/$(1) && cd $(TARGET)/$(1) && { apt-get download -qq $(2) || { \
if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; $$sudo apt-get update -q && apt-get download -qq $(2); }; } && \
dpkg-deb -x $(2)_*.deb .; }
endef

# The tests start their own redis-server on a free port; they only need the program.
redis-server:
	@command -v redis-server >/dev/null || $(call install,redis-server)

# The tests start their own etcd. Installing the package would start a system service, so it is only unpacked.
etcd:
	@command -v etcd >/dev/null || test -x $(TARGET)/etcd/usr/bin/etcd || $(call unpack,etcd,etcd-server)

# The tests start their own Prometheus and run promtool. Installing the package would start a system service, so it is only unpacked.
prometheus:
	@command -v promtool >/dev/null || test -x $(TARGET)/prometheus/usr/bin/promtool || $(call unpack,prometheus,prometheus)

# llvm-profdata must have the version of the LLVM in the compiler. The component llvm-tools of rustup has it as well.
llvm:
	@llvm=$$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p'); \
	ls "$$(rustc --print sysroot)"/lib/rustlib/*/bin/llvm-profdata >/dev/null 2>&1 || command -v llvm-profdata-$$llvm >/dev/null || \
	$(call install,llvm-$$llvm)

valgrind:
	@command -v valgrind >/dev/null || $(call install,valgrind)

# A test runs the commands in docs/shop.md.
curl:
	@command -v curl >/dev/null || $(call install,curl)

# The tests start a private cluster on a Unix socket, as user postgres when run as root; they only need the programs.
# The package would start its own server: the configuration file prevents this.
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || $(call install,postgresql,\
	$$sudo mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' | $$sudo tee /etc/postgresql-common/createcluster.conf >/dev/null &&)
