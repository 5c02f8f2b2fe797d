# Pinax: make demo, make test, make bench, make lint. `make setup` installs what these need (Debian).

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-build setup-test setup-bench demo test bench lint

BUILD_PACKAGES := build-essential cmake nasm
TEST_PACKAGES := $(BUILD_PACKAGES) mariadb-server libimage-exiftool-perl libopenjp2-tools apache2-bin nginx-light lighttpd \
	openssh-client openssh-server rclone
BENCH_PACKAGES := $(TEST_PACKAGES) libvips-tools imagemagick findutils time

help:
	@echo "make demo    the whole job on made-up sheets, in ./pinax-demo"
	@echo "make test    format, lints, and every test, on private services"
	@echo "make bench   speed and memory against the peers; ONLY=derive|barcodes|rescan|memory|link for one"
	@echo "make lint    format, lints, licences of all dependencies"
	@echo "make setup   installs what all of these need (Debian packages)"

setup: setup-bench

setup-build:
	@scripts/install $(BUILD_PACKAGES)

setup-test:
	@scripts/install $(TEST_PACKAGES)

setup-bench:
	@scripts/install $(BENCH_PACKAGES)

demo: setup-build
	cargo run --release --locked -p pinax -- demo || test $$? -eq 1

test: setup-test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --locked

bench: setup-bench
	cargo build --release --locked -p pinax -p pinax-testkit --bins
	cargo build --release --locked -p pinax-io --example link_cost
	cargo build --release --locked -p pinax-image --example derive_cost
	target/release/pinax-bench $(ONLY)

lint: setup-build
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny --all-features check licenses bans sources
