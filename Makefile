# make help lists what can be made. GOPROXY and PIP_INDEX_URL are honoured by
# the tools that read them.

GO ?= go
export GO

# staticcheck is a tool, not a dependency: its version stands here and not in go.mod.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: build ## build, ingest the samples, serve the chat page on localhost:8080
	./zhiwen demo

.PHONY: build
build: ## one file ./zhiwen with model and runtime inside
	@scripts/prepare build
	@scripts/build

.PHONY: check
check: ## formatting, vet, staticcheck and short tests: two minutes at most
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags soak ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) test -short ./...

.PHONY: test
test: ## all functional tests: race detector, browser, 10 s of every fuzz target
	@scripts/prepare test
	@scripts/test

.PHONY: test-model
test-model: ## the whole path with a real language model: a small local one, or the endpoint of ZHIWEN_MODEL_URL and ZHIWEN_MODEL_NAME
	scripts/model-server $(GO) test -tags model -run TestRealModel -count 1 -v -timeout 60m ./cmd/zhiwen

.PHONY: screenshots
screenshots: ## a picture of every page and state in light, dark and forced colours, in ./screenshots
	@scripts/prepare test
	rm -rf screenshots
	ZHIWEN_SCREENSHOTS="$(CURDIR)/screenshots" $(GO) test -count=1 -run TestBrowser ./web/... ./cmd/zhiwen

.PHONY: release
release: ## what is shipped, in ./dist: for glibc 2.28 and newer on amd64 and arm64, by words alone elsewhere
	@scripts/prepare build
	@scripts/release

.PHONY: postgres
postgres: ## start a private PostgreSQL with pgvector for tests; print its URL
	@scripts/postgres

.PHONY: postgres-stop
postgres-stop: ## stop it and remove its data
	@scripts/postgres stop

.PHONY: soak
soak: ## whole-collection tests over ../shared/eval, a minute of every fuzz target; hours, and goes on where it stopped
	@scripts/prepare test
	$(GO) test -tags soak -timeout 0 -v -run Soak ./...
	ZHIWEN_TEST_GATEWAY=nginx $(GO) test -timeout 30m -v -run 'TestBrowser|TestConsole' ./web ./cmd/zhiwen
	scripts/release
	FUZZTIME=60s scripts/fuzz .cache/fuzzed

.PHONY: bench
bench: build ## the figures of docs/performance.md
	TEST_DATABASE_URL="$$(scripts/postgres)" $(GO) test -run '^$$' -bench . -benchmem ./...
	scripts/bench
