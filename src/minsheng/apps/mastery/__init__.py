"""精准教学: items given and answered, what each pupil has mastered, and what comes next."""
