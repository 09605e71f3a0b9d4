"""The rehearsal: its clock and runs, and the scenario performed by what people use."""
