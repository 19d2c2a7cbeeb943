"""What the pages say that code and schemas hold: written by `make docs`, and held to them by a test. Not in the wheel.

A page is made whole, or has parts between `<!-- made: NAME -->` and `<!-- made until here -->` among what people wrote.
"""
