"""Work on the machines of a Dask cluster: the connection, and what its workers compute."""
