"""`python -m casebook` is `casebook`."""

from casebook.cli import main

if __name__ == "__main__":
    main()
