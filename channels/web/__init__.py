"""The web chat: its JSON API, its page that also works without JavaScript, and the demo site that embeds it."""
