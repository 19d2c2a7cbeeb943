"""What each parameter of a send is to a template: asked for by its contract, or none of its business. Data.

Source: SendChatappMessage and SendChatappMassMessage of `service/api.json`. A parameter that is in none of the tables
is one that nobody has thought about; a test walks them all.
"""

from __future__ import annotations

from collections.abc import Mapping

ASKED: Mapping[str, tuple[str, ...]] = {
    # No page says under which names the media of a header, the end of an offer and a one-time code are given.
    "TemplateParams": ("variables", "rooms", "media", "expires", "code"),
    "Payload": ("replies", "cards"),
    "FlowAction.FlowToken": ("flow",),
    "FlowAction.FlowActionData": ("flow",),
    "ProductAction.ThumbnailProductRetailerId": ("products",),
    "ProductAction.Sections.Title": ("products",),
    "ProductAction.Sections.ProductItems.ProductRetailerId": ("products",),
}
"""Parameters, by their path, and the fields of `Contract` that say what a template asks of them."""

CHOOSES: Mapping[str, str] = {
    "Language": "names the language of the template, each of which has a contract of its own",
    "TemplateCode": "names the version of the template; `outputs` tells it",
    "TemplateName": "names the template",
    "Type": "says that a template is sent",
    "ChannelType": "says that it goes through WhatsApp",
}
"""What says which template is sent."""

NOT_THE_TEMPLATES: Mapping[str, str] = {
    "AdAccountId": "an account for advertisements",
    "Category": "of messages that are no template",
    "Content": "of messages that are no template",
    "ContextMessageId": "the message that is answered",
    "CustSpaceId": "the space",
    "CustWabaId": "the account",
    "FallBackContent": "another channel's text",
    "FallBackDuration": "when another channel is tried",
    "FallBackId": "another channel's plan",
    "FallBackRule": "when another channel is tried",
    "From": "the business's number",
    "IsvCode": "the reseller",
    "Label": "a mark of the sender's own",
    "MessageCampaignId": "a campaign of the sender's own",
    "MessageType": "of messages that are no template",
    "RecipientType": "a person, a group or a user id",
    "Tag": "a mark of the sender's own",
    "TaskId": "a task of the sender's own",
    "To": "the customer's number",
    "TokenType": "of the account",
    "TrackingData": "a mark of the sender's own",
    "Ttl": "how long it is tried, whatever the template says",
}
