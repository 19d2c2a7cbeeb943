"""This machine's disk, safely: reading, writing and naming files. Knows no format and no kind."""
