//! One thread that owns a database and commits whatever has queued up.
