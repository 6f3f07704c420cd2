"""What a secret looks like: the name of a file that holds some, and the text of one."""
