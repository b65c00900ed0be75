"""The command line: one module per group of verbs, each imported only when one of its verbs is run."""
