"""What travels: HTTP messages, the API's protocol, the gateway's checks. Knows no database and no operation."""
