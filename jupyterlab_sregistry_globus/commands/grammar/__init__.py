"""What commands are made with: lazy groups, parameters, and the invocation."""
