"""Sealing 50 MB of traces and log, and opening the file against bare unzipping, hashing and checking the signature.

50 MB are the members unpacked, made up as those of a real file: 24 of 25 parts are traces of whole checks, each run
anew over every simulated device in every framing, with and without faults, its clock going on; one part is log. Traces
are admitted as they are kept, in `keep_cpu_seconds`; sealing looks through every member once more with encoded payloads
decoded, hashes, packs and signs. `cpu_seconds` is the work of all processes: on a busy machine the clock runs on.
`mixed_cpu_seconds` is sealing of 10 MB in bytes that never come again and follow no protocol. Both ways of opening run
turn and turn about in one process.
"""

from __future__ import annotations

if __name__ == "__main__":
    from bundle_parts import main

    main()
