"""Rasa graph components: thin shells over bot.language and the sentence encoder."""
