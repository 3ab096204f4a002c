"""What was observed beside what the model gives: the validation targets and their verdicts."""
