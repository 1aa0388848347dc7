"""Commands that people saved under a name: their own, and those of the whole workspace."""
