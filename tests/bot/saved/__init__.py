"""Saved commands."""
