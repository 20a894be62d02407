"""Learning: what answers say of a pupil's skills, what comes next, a class rehearsed before its lesson."""
