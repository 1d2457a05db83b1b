"""The merged data set into the database, beside the tables in use."""
