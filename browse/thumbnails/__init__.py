"""Pictures: fetch, verify, render, cache.

Pictures live at strangers' hosts under addresses that stand in the data set. `urls` and `addresses` say where
the server may go at all, `network` and `download` go there, `decoder` turns what came back into our own picture in
a process of its own, `cache` keeps it, `service` is the order of these steps. None of them knows Django;
`states` keeps what was learned in the database and `tiles` gives templates and the API their addresses.
"""
