"""Faults on demand, as `POST /_emulator/faults` orders them: what goes wrong, and for which call. Knows no operation.

`contract` has the kinds that users can rely on, `instruments` those that only serve tests of clients; `order` counts
the calls that an order waits for. None of them is anything that the service offers.
"""
