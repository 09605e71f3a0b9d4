"""Invitations, devices and displays as people see them."""
