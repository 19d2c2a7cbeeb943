# Needs Python 3.11 or newer and make; everything else goes into .venv.
PYTHON ?= python3
BIN = .venv/bin
DEMO = .demo
TS = $(CURDIR)/$(BIN)/templatesync -C $(DEMO)

.PHONY: help demo docs site links check test look generated story workflows dist soak laws kills markdown beliefs breaking mutate lint format bench clean

help:  ## Show what there is.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

.venv/.runtime: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("templatesync needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.dev: .venv/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# The official SDKs, which judge client and emulator. Each has a folder of its own, where nothing else can import it.
.venv/.sdk: tests/contract/requirements.txt | .venv/.runtime
	@rm -rf .venv/sdk-5.3.1 .venv/sdk-5.3.0
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target .venv/sdk-5.3.1 --requirement $<
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target .venv/sdk-5.3.0 --no-deps alibabacloud_cams20200606==5.3.0
	@touch $@

# Node is not required: without it, or when npm fails, one test is skipped and says so.
.venv/.sdk-node: tests/contract/node/package-lock.json | .venv/.runtime
	@rm -rf .venv/sdk-node && mkdir .venv/sdk-node && cp tests/contract/node/package*.json .venv/sdk-node
	@if ! command -v npm >/dev/null; then echo 'There is no npm here: the official Node SDK will not be tested.'; \
	elif (cd .venv/sdk-node && npm ci --silent --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=30000); then touch $@; \
	else rm -rf .venv/sdk-node/node_modules; echo 'npm failed: the official Node SDK will not be tested.'; fi

demo: .venv/.runtime  ## Validate, plan, apply and plan again the example shop, on the embedded emulator.
	@rm -rf $(DEMO) && cp -R examples $(DEMO)
	@for step in validate plan 'apply --yes' status plan; do \
	  printf '\n$$ templatesync %s\n' "$$step"; $(TS) $$step --space local --quiet || exit $$?; \
	done
	@printf '\nThe project is in $(DEMO): change a text in $(DEMO)/templates and plan again.\n'

docs: .venv/.runtime  ## Write what comes from code and schemas: pages, parts of pages, and what `ci init` writes.
	@PYTHONPATH=docs $(BIN)/python -m generate

.venv/.site: pyproject.toml | .venv/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

site: .venv/.site  ## The pages as a site, in .site; a warning, such as of a link that leads nowhere, is an error.
	@rm -rf .site && $(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -c docs . .site
	@rm -rf .site/.doctrees && echo 'The site is in .site: open .site/index.html'

links:  ## List what the pages link to outside of this repository, with how often; nothing is asked.
	@grep -rhoE --include='*.md' 'https?://[^][ )>"`<]+' *.md docs | grep -vE 'example\.com|127\.0\.0\.1' | sort | uniq -c

# Without what `make test` is for: the official SDKs, faults, properties that are tried on many examples, and whatever is
# marked as slow.
check: lint  ## Linters, types and the quick tests, in under a minute.
	@$(BIN)/python -m pytest --numprocesses=$(or $(JOBS),2) --dist=worksteal -m 'not slow and not hypothesis' \
	  --ignore=tests/contract --ignore=tests/faults --ignore-glob='*_laws.py'

# Three processes for two cores: some tests wait, for a rate or a deadline.
test: lint .venv/.sdk .venv/.sdk-node  ## Linters, types and the whole test suite, in 3 processes; JOBS=8 for more.
	@$(BIN)/python -m pytest --numprocesses=$(or $(JOBS),3) --dist=worksteal

.venv/.look: tests/browser/package.json | .venv/.dev
	@rm -rf .venv/look && mkdir .venv/look && cp tests/browser/package.json .venv/look
	@cd .venv/look && npm install --silent --ignore-scripts --no-audit --no-fund
	@touch $@

look: .venv/.look  ## The preview in Chromium, which must be there with the Noto fonts; CHROMIUM=name of the program.
	@TEMPLATESYNC_CHROMIUM=$(or $(CHROMIUM),chromium) TEMPLATESYNC_AXE=.venv/look/node_modules/axe-core/axe.min.js \
	  $(BIN)/python -m pytest --numprocesses=0 tests/browser

.venv/.generated: tests/generated/package.json | .venv/.dev
	@rm -rf .venv/generated && mkdir .venv/generated && cp tests/generated/package.json .venv/generated
	@cd .venv/generated && npm install --silent --ignore-scripts --no-audit --no-fund
	@touch $@

generated: .venv/.generated .venv/.sdk .venv/.sdk-node  ## Generated senders before mypy, pyright, ruff, tsc and the official SDK for Node, which npm must install.
	@TEMPLATESYNC_TYPE_CHECKERS=$(CURDIR)/.venv/generated $(BIN)/python -m pytest --numprocesses=0 tests/generated tests/contract/test_generated_senders.py

.venv/.story: tests/pipeline/story/linters/package.json pyproject.toml | .venv/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,workflows]'
	@rm -rf .venv/linters && mkdir .venv/linters && cp tests/pipeline/story/linters/package.json .venv/linters
	@cd .venv/linters && npm install --silent --ignore-scripts --no-audit --no-fund
	@touch $@

story: .venv/.story  ## The pipeline of one change, from pull request to closed issue, and all linters of workflows; needs npm.
	@TEMPLATESYNC_STORY=$(CURDIR)/.venv/linters $(BIN)/python -m pytest --numprocesses=$(or $(JOBS),2) --dist=worksteal tests/pipeline tests/gitlab tests/release

workflows: .venv/.story  ## Only the linters of workflows: actionlint, zizmor and shellcheck.
	@TEMPLATESYNC_STORY=$(CURDIR)/.venv/linters $(BIN)/python -m pytest --numprocesses=0 tests/pipeline/story/test_linters.py tests/pipeline/test_forks.py

dist: .venv/.dev  ## What is released, in dist/: the sources, and the wheel that is built from them.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check build
	@rm -rf dist && $(BIN)/python -m build --outdir dist >/dev/null && ls dist

soak: .venv/.dev  ## Random faults with many seeds, then 3,000 rounds of `make kills` in some hours; SEEDS=200 ROUNDS=300 for other numbers.
	@TEMPLATESYNC_SOAK=$(or $(SEEDS),40) $(BIN)/python -m pytest tests/faults/test_convergence.py tests/faults/test_odd_answers.py tests/commands/test_doctor_service.py
	@$(MAKE) --no-print-directory kills ROUNDS=$(or $(ROUNDS),3000)

laws: .venv/.dev  ## What always holds, over many more random templates, files and rollouts; DEPTH=100 for more.
	@TEMPLATESYNC_LAWS=$(or $(DEPTH),60) $(BIN)/python -m pytest --numprocesses=$(or $(JOBS),2) --dist=worksteal $$(grep -rl 'support.depth' tests --include='test_*.py')

kills: .venv/.dev  ## Kill runs while the service still works on what they sent: ROUNDS=300 SEED=1 JOBS=6.
	@PYTHONPATH=tests $(BIN)/python bench/kills.py --rounds $(or $(ROUNDS),300) --seed $(or $(SEED),1) --jobs $(or $(JOBS),6)

markdown: .venv/.dev  ## Hostile values through Markdown and workflow commands; VALUES=1000000 SEED=2 for others.
	@PYTHONPATH=tests $(BIN)/python bench/markdown.py --values $(or $(VALUES),100000) --seed $(or $(SEED),1)

beliefs: .venv/.dev  ## What the tool does with a service that is otherwise, quirk by quirk, in half an hour; PAIRS=0 for half of it.
	@PYTHONPATH=tests $(BIN)/python bench/beliefs.py --pairs $(or $(PAIRS),500) --jobs $(or $(JOBS),2)
	@PYTHONPATH=tests $(BIN)/python bench/beliefs.py --answers $(or $(ANSWERS),10000) --jobs $(or $(JOBS),2)

breaking: .venv/.dev  ## How long `breaking` takes on 10,000 templates; fails when it is more than 2 seconds.
	@$(BIN)/python bench/breaking.py $(or $(TEMPLATES),10000)

.venv/.mutate: .venv/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,mutate]'
	@touch $@

mutate: .venv/.mutate  ## How many faults the tests notice, in half an hour; TIME=60 minutes, SEED=2 tries others, ONLY=secret one module.
	@$(BIN)/python bench/mutate.py --minutes $(or $(TIME),30) --seed $(or $(SEED),1) --only '$(ONLY)' --jobs $(or $(JOBS),2)

lint: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache || (echo "docs/architecture.md says which room may import which"; exit 1)

format: .venv/.dev  ## Put the code in order.
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

# Other tools, to be measured beside ours, and what draws the plot. Whatever cannot be installed is left out, and the
# tables say so.
.venv/.peers: bench/peers/package.json bench/peers/requirements.txt | .venv/.runtime
	@test -x .venv/peers/bin/python || $(PYTHON) -m venv .venv/peers
	@for each in $$(grep '==' bench/peers/requirements.txt); do \
	  .venv/peers/bin/python -m pip install --quiet --disable-pip-version-check $$each || true; done
	@cp bench/peers/package.json .venv/peers && cd .venv/peers && npm install --silent --no-audit --no-fund || true
	@touch $@

bench: .venv/.dev .venv/.peers  ## Measure beside other tools; writes docs/performance.md and its plot in ten minutes.
	@$(MAKE) --silent .venv/.sdk || true
	@$(BIN)/python bench/report.py

clean:  ## Remove what make made.
	@rm -rf .venv .site .bench .mutants $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
