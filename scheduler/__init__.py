"""Scheduled jobs. Each only stores events or commands, in the lane of whom it concerns."""
