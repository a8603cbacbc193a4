"""What holds for every answer, whoever gives it: its form, its validators, who may read it."""
