"""``python -m cli`` is ``jianbao``."""

from cli import main

if __name__ == "__main__":
    main()
