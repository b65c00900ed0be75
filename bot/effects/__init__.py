"""Execution of commands through the providers' protocols. No business rules here."""
