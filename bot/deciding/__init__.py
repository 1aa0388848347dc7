"""What people do to an approval that waits: decide, say something, take it back, change it, look at it."""
