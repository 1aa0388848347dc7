"""``python -m operations.catalog.build``."""

from operations.catalog.build import main

raise SystemExit(main())
