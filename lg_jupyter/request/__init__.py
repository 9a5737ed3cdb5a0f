"""What a user may ask of a run, checked where it is given."""
