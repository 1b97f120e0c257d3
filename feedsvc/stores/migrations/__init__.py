"""Lead the tables of a store from one version to the next; run by Alembic (see `feedsvc.stores.schema`)."""
