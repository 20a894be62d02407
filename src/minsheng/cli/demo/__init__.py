"""The demonstration district: invented people, offices and sign-ins, from a seed."""
