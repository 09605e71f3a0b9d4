"""Questions and petitions: who brings what to which forum, and what becomes of it."""
