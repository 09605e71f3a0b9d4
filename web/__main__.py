"""Start the application: `python -m web` (`web.starting`)."""

import gc

if __name__ == "__main__":
    # Nothing that an import makes is garbage: to look for it took a fifth of a start's time.
    gc.disable()
    from web import starting

    gc.freeze()
    gc.enable()
    starting.main()
