"""How commands are carried out, through the providers' protocols. No business rule lives here."""
