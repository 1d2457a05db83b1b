"""Values and pure rules that know neither Django nor a database."""
