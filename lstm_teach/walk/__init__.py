"""What a notebook says and asks: claims, guesses, the ledger."""
