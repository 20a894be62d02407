"""Requests: what somebody asks for, who sees to it, and what they say of the answer."""
