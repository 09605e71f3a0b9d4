"""Sign-in, accounts, cookies and identity of requests."""
