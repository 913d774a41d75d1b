"""Emulators of AWS on this machine, and what is proven against them: ``./dev test-aws``."""
