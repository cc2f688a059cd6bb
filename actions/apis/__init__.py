"""Connectors to the state's systems, one a wire format. How to add one: `docs/state-apis.md`."""
