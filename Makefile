# SPDX-License-Identifier: BSL-1.0
# Thin names for ./dev, which does the work; `make help` lists them.
.PHONY: all help deps build run test format lint bench postgres-up postgres-down
all: build
help deps build run test format lint bench postgres-up postgres-down:
	@./dev $@
