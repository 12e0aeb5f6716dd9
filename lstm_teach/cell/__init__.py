"""The mathematics a reader may want to read: cells, activations, memory, counting, weights from frameworks."""
