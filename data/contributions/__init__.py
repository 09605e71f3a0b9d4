"""Questions and petitions: registered, sorted, merged, put, answered; and what is read of them."""
