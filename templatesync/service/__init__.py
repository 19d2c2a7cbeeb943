"""Talking to the service: the API as data, signing, credentials, one client. Knows no kind, no file, no plan."""
