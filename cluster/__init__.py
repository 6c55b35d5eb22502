"""The whole service on this machine: real PostgreSQL, Redis, nginx, marketplace, and replicas.

``python -m cluster`` starts it and says where it is; tests, ``python -m cluster.soak`` and
``python -m cluster.chaos`` start, kill and restart its servers. Nothing here is part of the
product.
"""
