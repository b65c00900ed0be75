"""Timed jobs. Each only stores events or commands through the lane of whom it concerns."""
