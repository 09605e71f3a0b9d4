"""Start the application: `python -m web` (`web.starting`)."""

import gc

if __name__ == "__main__":
    # Nothing that an import makes is garbage: to look for it took a seventh of a start.
    gc.disable()
    from web import starting

    gc.freeze()
    gc.enable()
    starting.main()
