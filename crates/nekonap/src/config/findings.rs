//! What a check of the configuration finds.

use std::fmt::Display;

/// Problems and warnings, each starting with its key.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What must be changed before the configuration can be used.
    pub problems: Vec<String>,
    /// What is allowed but probably not meant.
    pub warnings: Vec<String>,
}

impl Findings {
    /// Records a problem of a key.
    pub fn problem(&mut self, key: impl Display, text: impl Display) {
        self.problems.push(format!("{key}: {text}"));
    }

    /// Records a warning about a key.
    pub fn warning(&mut self, key: impl Display, text: impl Display) {
        self.warnings.push(format!("{key}: {text}"));
    }

    /// The value of a key; an error is recorded as a problem.
    pub fn value<T, E: Display>(&mut self, key: impl Display, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.problem(key, error)).ok()
    }
}
