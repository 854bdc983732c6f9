# Everything a developer does here. Targets set up what they need; nothing is installed globally.

# Node 26 comes through npm, so that any Node from 20 on can start this.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

PORT ?= 8080
MUTANTS ?= 1000000
BACKWORKS := node host/bin/backworks.js
LINT := npx --yes -p oxlint@1.94.0 -p oxlint-tsgolint@7.0.2007 oxlint --type-aware
KNIP := npx --yes knip@6.44.2
# Of its own TypeScript, since TypeDoc does not read with version 7 yet.
TYPEDOC := npx --yes -p typedoc@0.28.20 -p typedoc-plugin-markdown@4.14.1 -p typescript@5.9.3

SOURCES := $(shell find host/src pdk-ts/src schemas -type f)
CORE_PLUGINS := weather fingerprint
QUICKSTART_PLUGINS := $(CORE_PLUGINS:%=examples/quickstart/plugins/%.wasm)

.PHONY: help run test check api bench conformance fuzz soak plugins examples clean
.DELETE_ON_ERROR:

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: examples ## Serve examples/quickstart on http://localhost:8080 (PORT=9000 for another port)
	@exec $(BACKWORKS) start -c examples/quickstart/backworks.yaml -p $(PORT)

test: .make/build examples ## Set everything up and run all tests
	npm test --silent

check: .make/build ## Lint, types, format, dead code
	$(LINT) host/src host/bin host/scripts pdk-ts/src plugins-wasm examples test
	tsc --noEmit
	prettier --check --log-level warn .
	$(KNIP)
	$(MAKE) --no-print-directory api
	git diff --exit-code --stat pdk-ts/api

api: .make/install ## Write the API reference of the PDK, pdk-ts/api
	cd pdk-ts && $(TYPEDOC) -c 'typedoc --logLevel Error --plugin \
	  "$$(dirname "$$(command -v typedoc)")/../typedoc-plugin-markdown/dist/index.js" --out api'
	prettier --log-level warn --write pdk-ts/api

bench: .make/build examples ## Run the benches into bench-results.json (ONLY="a b" for some)
	node --conditions=backworks-source test/bench/main.ts $(ONLY)

conformance: .make/build ## The WebAssembly test suite with and without the rewriter (needs ../shared)
	npm test --silent -- test/conformance

fuzz: .make/build ## A million damaged modules through load and call (MUTANTS=n for more or fewer)
	BACKWORKS_MUTANTS=$(MUTANTS) npm test --silent -- test/fuzz

soak: .make/build ## A million calls of plugins of both targets: their memory stays flat
	BACKWORKS_CALLS=1000000 npm test --silent -- test/unit/pdk/memory test/unit/pdk-fast/memory

plugins: $(CORE_PLUGINS:%=plugins-wasm/%/dist/plugin.wasm) ## Build the core plugins

examples: $(QUICKSTART_PLUGINS) ## Build the plugins of the examples

clean: ## Remove everything that was built or installed
	rm -rf .make node_modules host/dist host/schemas pdk-ts/dist coverage bench-results.json
	find plugins-wasm examples -name '*.wasm' -delete
	rm -rf examples/*/.backworks

.make/install: package.json package-lock.json host/package.json pdk-ts/package.json
	npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@

.make/build: .make/install $(SOURCES) tsconfig.json host/tsconfig.json pdk-ts/tsconfig.json
	npm run build --silent
	@mkdir -p $(@D) && touch $@

.SECONDEXPANSION:
plugins-wasm/%/dist/plugin.wasm: .make/build $$(shell find plugins-wasm/$$* -type f -not -path '*/dist/*')
	@$(BACKWORKS) plugin build plugins-wasm/$* -o $@

examples/quickstart/plugins/%.wasm: plugins-wasm/%/dist/plugin.wasm
	@mkdir -p $(@D) && cp $< $@
