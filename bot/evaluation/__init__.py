"""How well the understanding does, per language and topic: measured, drawn, written down (`nutmeg evaluate`)."""
