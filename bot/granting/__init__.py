"""Granting roles: what is typed for it, the room and the form that take it, and asking for one."""
