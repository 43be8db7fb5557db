"""The command line: assembles each room's commands, and brings the whole service up."""
