"""The story that the independent client tells: `story.py PATH_TO_NEKONAP`. Ends with 0 when all came as specified."""

import signal
import sys

sys.dont_write_bytecode = True

import chapters  # noqa: E402, F401
from sandbox import Sandbox  # noqa: E402
from steps import STEPS, Story  # noqa: E402

# Known differences: a part of a failure's text, and the reason. An entry without a failure fails the run.
EXPECTED = {}
# Steps that Nekonap cannot do yet, by title. An entry that it can do fails the run.
LATER = set()


def main():
    if len(sys.argv) != 2:
        raise SystemExit("story.py PATH_TO_NEKONAP")
    # However the run ends, the sandbox ends with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Sandbox(sys.argv[1]) as sandbox:
        story = Story(sandbox)
        try:
            story.run()
        finally:
            story.end()
    known = {part: [text for text in story.failures if part in text] for part in EXPECTED}
    new = [text for text in story.failures if not any(part in text for part in EXPECTED)]
    for part, reason in EXPECTED.items():
        print(f"expected failure: {part}: {reason}: {len(known[part])} times")
        if not known[part]:
            new.append(f"expected, but there was no such failure: remove it from EXPECTED: {part}")
    for title, why in story.not_yet.items():
        print(f"not yet: {title}: {why}")
        if title not in LATER:
            new.append(f"{title}: {why}")
    new += [f"can be done now: remove it from LATER: {title}" for title in LATER if title not in story.not_yet]
    for text in dict.fromkeys(new):
        print(f"FAILED: {text}")
    print(f"{len(STEPS)} steps, {len(new)} failures")
    raise SystemExit(1 if new else 0)


if __name__ == "__main__":
    main()
