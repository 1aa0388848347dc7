"""Bringing approvals before those who may decide, wherever they are, and telling how they end."""
