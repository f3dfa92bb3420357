"""Claims that come otherwise than through the pages: taken in by staff, or imported from an earlier list."""
