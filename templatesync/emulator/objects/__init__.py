"""The object store beside the service: uploads and published files. Knows no operation of the API."""
