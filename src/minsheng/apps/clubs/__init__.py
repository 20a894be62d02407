"""课后服务: rounds in which families choose clubs, the public draw, who comes; lessons with universities."""
