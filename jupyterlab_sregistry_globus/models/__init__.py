"""What crosses a boundary, by concept. Frozen msgspec structs; the JSON schema comes from here."""
