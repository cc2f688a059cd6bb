"""What runs inside Rasa: understanding, the answer catalogue, the tracker store and the input channel."""
