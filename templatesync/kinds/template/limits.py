"""The numbers of WhatsApp templates, each with its source. Where sources differ, the comment says which one wins."""

from __future__ import annotations

# Alibaba Cloud, CreateChatappTemplate; Meta, template components.
BODY = 1024
HEADER_TEXT = 60
FOOTER = 60
BUTTONS = 10
BUTTONS_SHOWN = 3
PHONE_BUTTONS = 1
URL_BUTTONS = 2
CARD_BUTTONS = 2

# Meta, template components. Alibaba Cloud names no numbers for these.
LABEL = 25
URL = 2000
PHONE_NUMBER = 20
COPY_BUTTONS = 1
FLOW_BUTTONS = 1

# Other providers report it of MARKETING and UTILITY; Meta's own page still says 1024, so more is only a warning.
BODY_ADVISED = 550

# Meta, limited-time offers.
BODY_WITH_OFFER = 600
OFFER_TEXT = 16

# Meta's components page says 20 since 2026, those on coupons and offers still say 15: above 20 it is wrong.
COUPON = 20
COUPON_ADVISED = 15

# Meta, media card carousels.
CARDS = range(2, 11)
CARD_BODY = 160

# Meta, authentication templates. The hash is base64 of 9 bytes without padding, hence its alphabet.
AUTOFILL = 25
APPS = 5
HASH = 11
PACKAGE = 224
CODE_MINUTES = range(1, 91)

# Seconds. Meta, time to live; Alibaba Cloud has the same for AUTHENTICATION and UTILITY and no range for MARKETING.
TTL = {
    "AUTHENTICATION": range(30, 901),
    "UTILITY": range(30, 43_201),
    "MARKETING": range(43_200, 2_592_001),
}

# Bytes. Meta, supported media of the Cloud API; it writes MB, and the larger reading of that refuses nothing good.
IMAGE = 5 << 20
VIDEO = 16 << 20
DOCUMENT = 100 << 20

# Other providers; Meta says only that the number of emoji may be limited, and that UTILITY should not look promotional.
EMOJI = 10
UTILITY_EMOJI = 1
VARIABLES = 100

# Our own, read off real templates: what is shorter says nothing, and what is shorter is an abbreviation.
VAGUE_WORDS = 2
VAGUE_LETTERS = 4
VAGUE_LENGTH = 80
SHOUTED = 20
