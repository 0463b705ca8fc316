//! What must survive: message ids, messages, the event journal.
