"""Globus through globus-sdk, in our words; stateless but for tokens. globus_sdk is imported at use."""
