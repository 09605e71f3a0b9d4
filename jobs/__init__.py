"""What runs without a request, for as long as the server runs."""
