"""How fast, against baselines in the same run: ``make bench``, or one alone: ``python -m benchmarks.accept``."""
