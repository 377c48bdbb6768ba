"""The page on the user's own machine: an API and a browser's side over one model, its run and a catalogue."""
