"""The data that crosses a boundary: frozen msgspec structs, from which the JSON schema is made."""
