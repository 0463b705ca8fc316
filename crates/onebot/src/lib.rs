//! The OneBot 11 vocabulary: segments, CQ codes, events, calls, answers.
