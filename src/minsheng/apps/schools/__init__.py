"""学校名册: who goes to which school and class, who teaches them, by OneRoster's names."""
