"""Globus through globus-sdk, in our words. globus_sdk is imported only when it is used."""
