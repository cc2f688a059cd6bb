"""The action server: looks things up in the state's systems and answers with names of responses, never with prose."""
