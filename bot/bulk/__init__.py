"""Lists of calls that are asked for as one: read, looked at, signed, carried out one after the other, reported on."""
