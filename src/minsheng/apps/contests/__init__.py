"""评选与教师成长: contests of teachers, judged blind; awards; what each teacher has done."""
