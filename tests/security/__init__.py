"""What must never get in, and never get out."""
