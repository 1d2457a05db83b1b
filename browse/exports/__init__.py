"""What leaves the site as a file: tables of a query's images, and credit sheets."""
