"""Lets ``python -m jamila_deploy`` stand for ``jamila``."""

from jamila_deploy.cli import main

if __name__ == "__main__":
    main()
