"""From the data set's files to its tables: recognise, read, validate, merge, load. Knows no requests."""
