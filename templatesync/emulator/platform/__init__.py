"""What the platform accepts: templates, flows, and what their states allow. Pure; knows no state and no HTTP."""
