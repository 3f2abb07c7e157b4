"""The data that crosses a boundary: frozen msgspec structs, of which the JSON schema is made."""
