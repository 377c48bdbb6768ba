"""Which features tell a film's or series' genre, and with which model: a bench that proves it."""
