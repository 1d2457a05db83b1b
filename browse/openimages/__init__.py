"""From the data set's files to its tables: recognize, read, validate, merge, load. Knows no requests."""
