"""The few pages that messages link to."""
