"""The handlers of all operations, one module per area. Each has a `RouteTable` called `routes`."""
