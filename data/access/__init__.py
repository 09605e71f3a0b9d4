"""People, sign-ins, accounts and the identity provider."""
