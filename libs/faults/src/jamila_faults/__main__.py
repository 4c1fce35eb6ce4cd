"""``python -m jamila_faults``."""

from jamila_faults.cli import main

if __name__ == "__main__":
    main()
