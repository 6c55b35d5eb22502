"""Side by side with a stock Rasa bot: the same data, the same load, the same machine.

``python -m bench`` (``make bench``) writes a stock project (``rasa init``'s pipeline and
policies, our training phrases, our answers), and runs both bots one after the other, some times.
Nothing here is part of the product.
"""
