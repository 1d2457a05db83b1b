"""Files of the data set as rows: found, recognized, read, checked."""
