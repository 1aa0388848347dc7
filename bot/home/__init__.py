"""App Home: what a person's Home tab tells, and when it is told anew."""
