"""The command `dossier`: it parses, shows progress and prints; the answers come from `graph` and `etl`."""
