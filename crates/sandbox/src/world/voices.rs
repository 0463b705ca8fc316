//! AI voices that clients have requested. Kept in memory only: not across a restart.

use std::collections::VecDeque;

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::proto::message::MsgInfo;

/// How many voices are kept, the newest.
const MAX_VOICES: usize = 1_000;

/// What a client wants to be spoken. Requests with equal fields are for one voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VoiceJob {
    pub(crate) caller: Uin,
    pub(crate) group: GroupUin,
    pub(crate) session: u32,
    pub(crate) character: String,
    pub(crate) text: String,
    pub(crate) kind: u32,
}

/// How far a voice is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum VoiceState {
    /// It is being made.
    Waiting,
    /// Its file.
    Done(Box<MsgInfo>),
}

/// The voices, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Voices(VecDeque<(VoiceJob, VoiceState)>);

impl Voices {
    /// How far a voice is; `None` if it was never requested.
    pub(crate) fn state(&self, job: &VoiceJob) -> Option<&VoiceState> {
        let found = self.0.iter().find(|(known, _)| known == job);
        found.map(|(_, state)| state)
    }

    /// Sets how far a voice is.
    pub(crate) fn set(&mut self, job: VoiceJob, state: VoiceState) {
        self.0.retain(|(known, _)| *known != job);
        if self.0.len() >= MAX_VOICES {
            self.0.pop_front();
        }
        self.0.push_back((job, state));
    }
}
