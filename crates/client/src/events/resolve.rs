//! Temporary.
use super::{
    Event,
    intake::{Overtaken, Taken},
};
use crate::client::Inner;
use std::sync::Arc;
use tokio::sync::mpsc;
pub(crate) enum Hint {
    Online,
}
pub(crate) struct Resolver {
    inner: Arc<Inner>,
    _tell: mpsc::Sender<Event>,
}
impl Resolver {
    pub(crate) fn new(inner: Arc<Inner>, tell: mpsc::Sender<Event>) -> Self {
        Self { inner, _tell: tell }
    }
    pub(crate) async fn run(
        self,
        mut taken: mpsc::Receiver<Taken>,
        _overtaken: Arc<Overtaken>,
        mut hinted: mpsc::Receiver<Hint>,
    ) {
        loop {
            tokio::select! { () = self.inner.closing.cancelled() => return, Some(_) = taken.recv() => {}, Some(_) = hinted.recv() => {} }
        }
    }
}
