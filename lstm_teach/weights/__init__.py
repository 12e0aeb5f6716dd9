"""Networks trained elsewhere: one layer's arrays (layouts), a framework's options (options), files, whole networks."""
