"""Keys at rest: the ring of master keys, the envelope that seals values, and the store of Stripe keys."""
