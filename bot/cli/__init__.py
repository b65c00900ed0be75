"""The command line: one module a group of verbs, each imported only when one of its verbs is run."""
