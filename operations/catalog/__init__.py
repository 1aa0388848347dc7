"""The catalog: every Stripe operation as committed data, the loader, and the compiler that makes the data."""
