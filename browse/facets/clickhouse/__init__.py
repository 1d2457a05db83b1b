"""The engine over ClickHouse shards: each holds a range of ImageIDs, answers alone, and numbers add up."""
