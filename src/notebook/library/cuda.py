# SPDX-License-Identifier: GPL-3.0-or-later
def is_available():
    """False: everything is computed on the CPU."""
    return False
def device_count():
    """0: everything is computed on the CPU."""
    return 0
def empty_cache():
    """Does nothing."""
