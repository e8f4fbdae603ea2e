"""Adapters without a machine behind them: for fast tests, as exact as the durable ones."""
