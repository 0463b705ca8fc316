//! Speech of voice messages as text: asked for with a call, answered by a push. protocol/03 §8.5

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use nekonap_ids::Conversation;
use nekonap_wire::{
    command::Refusal,
    commands::media::{SpokenMessage, TranscribeGroupVoice, TranscribePrivateVoice},
    message::message_uid,
    proto::media::VoiceTextRequest,
    push::VoiceText,
};
use tokio::{sync::oneshot, time::timeout};

use crate::{client::Client, error::CallError};

/// How long the text is waited for. protocol/03 §8.5
const TEXT_TIMEOUT: Duration = Duration::from_secs(30);
/// Voice messages whose texts are waited for at a time.
const MAX_WAITING: usize = 1_000;

/// Who waits for the text of a voice message, by the message's uid.
#[derive(Default)]
pub(crate) struct VoiceTexts(Mutex<HashMap<u64, Vec<oneshot::Sender<String>>>>);

impl VoiceTexts {
    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Vec<oneshot::Sender<String>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a text; `None` if too many are waited for.
    fn expect(&self, message: u64) -> Option<oneshot::Receiver<String>> {
        let mut waiting = self.waiting();
        waiting.retain(|_, senders| senders.iter().any(|sender| !sender.is_closed()));
        if waiting.len() >= MAX_WAITING {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        waiting.entry(message).or_default().push(sender);
        Some(receiver)
    }

    /// Passes a text on.
    pub(crate) fn arrived(&self, found: &VoiceText) {
        for sender in self.waiting().remove(&found.message).unwrap_or_default() {
            // An error means that the caller no longer waits.
            let _ = sender.send(found.text.clone());
        }
    }
}

impl Client {
    /// What a voice message says; empty if nothing was recognised. protocol/03 §8.5
    ///
    /// # Errors
    /// The server refuses or does not reply; [`CallError::TimedOut`] if the text does not come within 30 seconds.
    pub async fn transcribe(&self, message: &SpokenMessage) -> Result<String, CallError> {
        let me = self.inner.myself()?;
        let session = self.inner.session()?;
        let uid = message_uid(message.random);
        let text = self.inner.voice_texts.expect(uid).ok_or(CallError::Busy)?;
        let request = VoiceTextRequest::new(message, me.uin);
        let reply = match message.conversation {
            Conversation::Group(_) => session.call::<TranscribeGroupVoice>(&request).await?,
            _ => session.call::<TranscribePrivateVoice>(&request).await?,
        };
        if reply.code() != 0 {
            let text = "the voice message cannot be transcribed";
            return Err(Refusal::new(reply.code().into(), text).into());
        }
        match timeout(TEXT_TIMEOUT, text).await {
            Ok(Ok(text)) => Ok(text),
            _ => Err(CallError::TimedOut),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reaches_everybody_who_waits_for_it() {
        let texts = VoiceTexts::default();
        let mut one = texts.expect(1).expect("room");
        let mut same = texts.expect(1).expect("room");
        let mut other = texts.expect(2).expect("room");
        texts.arrived(&VoiceText {
            message: 1,
            chat_type: 1,
            text: "hi".to_owned(),
            sender: 0,
            place: 0,
            file_uuid: String::new(),
        });
        assert_eq!(one.try_recv(), Ok("hi".to_owned()));
        assert_eq!(same.try_recv(), Ok("hi".to_owned()));
        assert!(other.try_recv().is_err());
        drop(other);
        let _kept = texts.expect(3).expect("room");
        assert_eq!(texts.waiting().len(), 1, "nobody waits for 2 any more");
    }
}
