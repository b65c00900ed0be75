"""Measurements. Machines are shared and noisy: compare within one run, never across runs."""
