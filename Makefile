# `make run` and `make test` are all that a newcomer needs; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run test test-deps lint deny bench tools

RUSTUP = curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

# The dev profile optimises every dependency (hashing among them) and builds in half of release's time.
run: tools ## build, then a server with a demo customer, and the curl line that resets its password
	cargo run --locked -- demo

test: lint test-deps ## everything: format, lints, unit and integration tests on SQLite and MariaDB
	cargo test --locked --workspace

test-deps: ## a MariaDB server binary and curl for the tests; starts no service
	@scripts/test-deps.sh

lint: tools ## format and clippy, which must be quiet
	@cargo fmt --version >/dev/null 2>&1 || { echo "rustfmt is missing; install it with:  rustup component add rustfmt" >&2; exit 1; }
	@cargo clippy --version >/dev/null 2>&1 || { echo "clippy is missing; install it with:  rustup component add clippy" >&2; exit 1; }
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings

bench: tools test-deps ## the table of docs/PERFORMANCE.md, measured here (needs wrk and oha); BENCH="refused --customers 10000000"
	@scripts/need.sh wrk 'sudo apt-get install wrk'
	@scripts/need.sh oha 'cargo install --locked oha'
	cargo build --release --locked --bin rekey --example bare_twin
	cargo build --profile tools --locked --example hashing --example hashing_alone --example seed_resets
	python3 -m benches.load $(BENCH)

deny: tools ## licenses, advisories and sources of the dependencies (needs cargo-deny)
	@scripts/need.sh cargo-deny 'cargo install --locked cargo-deny'
	cargo deny check

tools:
	@scripts/need.sh cargo "$(RUSTUP)"
	@scripts/need.sh cc 'sudo apt-get install gcc libc6-dev'
