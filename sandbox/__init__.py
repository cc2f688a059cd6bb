"""State APIs in their real wire formats, with a made-up Connecticut behind them: for a laptop and for tests.

Imports nothing of Nutmeg and is imported by nothing of it: the only way in is HTTP. See docs/sandbox.md.
"""
