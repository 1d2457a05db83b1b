"""Two releases' files side by side: read into buckets on disk, compared bucket by bucket, without touching the site."""
