"""Settings of their own for the answers that are made here."""

from tests.bot.conftest import own_installation  # noqa: F401 (a fixture)
