"""The public app: web chat and text messages. It stores what residents write before anything else, asks Rasa over
HTTP, stores the answers and hands them back."""
