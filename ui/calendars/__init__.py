"""Calendar addresses: what a telephone subscribes to, and the programme that delegates read."""
