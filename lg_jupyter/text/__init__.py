"""Words, previews and markup: for all that a person reads."""
