"""五学课堂: lessons planned in five steps, taught from one screen, observed, and planned better."""
