"""Distribution: sending a document to all delegates, and the ledger of who received it."""
