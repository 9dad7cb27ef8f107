"""Signing in: what a password must be, when guessing ends, the second factor, and a provider's word for who it is."""
