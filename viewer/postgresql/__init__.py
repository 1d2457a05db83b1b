"""Django's PostgreSQL backend, in which no request waits for a server that does not answer."""
