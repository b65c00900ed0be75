"""What people read, in Portuguese. Short, active, never blaming: what happened, then what to do now."""
