"""The server's certificate: its names, its renewal, and the page on which it becomes trusted."""
