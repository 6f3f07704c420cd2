"""Acceptance statistics: counts and times of completions, on this machine only.

No text, path or file name is ever stored. Nothing is sent anywhere. One setting turns it off,
`fimble stats --clear` deletes it.
"""
