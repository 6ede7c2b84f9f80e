from hypothesis import settings

# The machine's load decides how long an example takes, not the code.
settings.register_profile("default", deadline=None)
settings.load_profile("default")
