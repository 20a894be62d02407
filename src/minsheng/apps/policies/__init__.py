"""What people are entitled to: what registers said of them, and how policies come out."""
