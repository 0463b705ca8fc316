//! The steps of a scenario so far, printed if it fails.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

#[derive(Clone)]
pub(super) struct Transcript {
    start: Instant,
    lines: Arc<Lines>,
}

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl Transcript {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            lines: Arc::default(),
        }
    }

    pub(super) fn write(&self, line: impl Into<String>) {
        let at = self.start.elapsed().as_millis();
        let line = format!("{at:>6} ms  {}", line.into());
        self.lines
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }
}

impl Drop for Transcript {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let lines =
                std::mem::take(&mut *self.lines.0.lock().unwrap_or_else(PoisonError::into_inner));
            for line in lines {
                eprintln!("{line}");
            }
        }
    }
}
