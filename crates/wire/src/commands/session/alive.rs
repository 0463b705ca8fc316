//! Heartbeats of the session and the connection, and acknowledgements (protocol/01 §1.10, §4.3).

use bytes::Bytes;

use super::{Alive, CorrectTime, PushAck};
use crate::{
    command::{Command, DecodeError, Header, ReplyError},
    proto::session::{HeartBeatReply, HeartBeatRequest},
};

/// Interval between two heartbeats of a session, in seconds.
const HEART_BEAT: u64 = 270;

impl HeartBeatRequest {
    /// A heartbeat.
    pub fn new() -> Self {
        Self { kind: Some(1) }
    }
}

impl HeartBeatReply {
    /// The answer to a heartbeat: the next one is due in 270 s.
    pub fn new() -> Self {
        Self {
            interval: Some(HEART_BEAT),
        }
    }
}

impl Command for PushAck {
    const NAME: &'static str = "trpc.msg.olpush.OlPushService.SsoPushAck";
    /// Payload of the client; its meaning is unclear.
    type Request = Bytes;
    type Reply = ();

    fn encode_request(request: &Bytes) -> Vec<u8> {
        request.to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<Bytes, DecodeError> {
        Ok(Bytes::copy_from_slice(payload))
    }

    fn encode_reply((): &()) -> Vec<u8> {
        Vec::new()
    }

    fn decode_reply(_payload: &[u8]) -> Result<(), ReplyError> {
        Ok(())
    }
}

/// Payload of both plain heartbeats: a length that counts only itself.
const EMPTY: [u8; 4] = [0, 0, 0, 4];

impl Command for Alive {
    const NAME: &'static str = "Heartbeat.Alive";
    const HEADER: Header = Header::Plain;
    type Request = ();
    type Reply = ();

    fn encode_request((): &()) -> Vec<u8> {
        EMPTY.to_vec()
    }

    fn decode_request(_payload: &[u8]) -> Result<(), DecodeError> {
        Ok(())
    }

    fn encode_reply((): &()) -> Vec<u8> {
        Vec::new()
    }

    fn decode_reply(_payload: &[u8]) -> Result<(), ReplyError> {
        Ok(())
    }
}

impl Command for CorrectTime {
    const NAME: &'static str = "Client.CorrectTime";
    const HEADER: Header = Header::Plain;
    type Request = ();
    type Reply = ();

    fn encode_request((): &()) -> Vec<u8> {
        EMPTY.to_vec()
    }

    fn decode_request(_payload: &[u8]) -> Result<(), DecodeError> {
        Ok(())
    }

    fn encode_reply((): &()) -> Vec<u8> {
        Vec::new()
    }

    fn decode_reply(_payload: &[u8]) -> Result<(), ReplyError> {
        Ok(())
    }
}
