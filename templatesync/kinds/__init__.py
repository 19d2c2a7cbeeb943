"""What a template, a QR code or a flow *is*: one folder each, found through `KINDS`."""
