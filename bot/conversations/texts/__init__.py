"""All texts for people, in Portuguese. Short, active, never blaming: what happened, then what to do now."""
