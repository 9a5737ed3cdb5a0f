"""What a stream says, in the words that every part of the package speaks."""
