"""The engine inside the process: selections, counts, orders, and curators' corrections laid over them."""
