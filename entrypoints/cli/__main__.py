"""`python -m entrypoints.cli`, where the console script is not installed."""

from entrypoints.cli import main

if __name__ == "__main__":
    main()
