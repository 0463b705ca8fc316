//! The OIDB envelope: command and sub-command, the service's result, the body (protocol/01 §7).

use bytes::Bytes;
use prost::Message;

use crate::{
    bounded,
    command::{DecodeError, Refusal, ReplyError},
    proto::oidb::Envelope,
};

/// Prefix of every OIDB command name.
pub const PREFIX: &str = "OidbSvcTrpcTcp.0x";

/// Parses command and sub-command from an OIDB command name, so that a server can refuse unknown commands.
pub fn number(name: &str) -> Option<(u32, u32)> {
    let (command, sub_command) = name.strip_prefix(PREFIX)?.split_once('_')?;
    Some((
        u32::from_str_radix(command, 16).ok()?,
        sub_command.parse().ok()?,
    ))
}

/// Encodes a request. Body and field 12 are written even when empty and zero, as clients do.
pub fn encode_request(number: (u32, u32), by_uin: bool, body: Vec<u8>) -> Vec<u8> {
    Envelope {
        command: Some(number.0),
        sub_command: Some(number.1),
        body: Some(body.into()),
        reserved: Some(by_uin.into()),
        ..Envelope::default()
    }
    .encode_to_vec()
}

/// Decodes a request and returns its body.
///
/// # Errors
/// [`DecodeError::Protobuf`] if the bytes are not an envelope.
pub fn decode_request(payload: &[u8]) -> Result<Bytes, DecodeError> {
    let envelope: Envelope = bounded::decode(payload)?;
    Ok(envelope.body.unwrap_or_default())
}

/// Encodes an answer with result 0. Fields 1 to 5 are always written (protocol/01 §9.1).
pub fn encode_reply(number: (u32, u32), body: Vec<u8>) -> Vec<u8> {
    encode_answer(number, 0, body, "")
}

/// Encodes a refusal. Fields 1 to 5 are always written. A code that is 0 or does not fit into the 32 bits of `result`
/// is sent as 2^32 − 1.
pub fn encode_refusal(number: (u32, u32), refusal: &Refusal) -> Vec<u8> {
    let result = u32::try_from(refusal.code)
        .ok()
        .filter(|&code| code != 0)
        .unwrap_or(u32::MAX);
    encode_answer(number, result, Vec::new(), &refusal.text)
}

/// Decodes an answer and returns its body.
///
/// # Errors
/// [`ReplyError::Refused`] if the result is not 0; the body is then ignored. [`ReplyError::Malformed`] if the bytes are
/// not an envelope.
pub fn decode_reply(payload: &[u8]) -> Result<Bytes, ReplyError> {
    let envelope: Envelope = bounded::decode(payload)?;
    match envelope.result.unwrap_or_default() {
        0 => Ok(envelope.body.unwrap_or_default()),
        code => Err(Refusal::new(code.into(), envelope.error_message.unwrap_or_default()).into()),
    }
}

fn encode_answer(
    (command, sub_command): (u32, u32),
    result: u32,
    body: Vec<u8>,
    text: &str,
) -> Vec<u8> {
    Envelope {
        command: Some(command),
        sub_command: Some(sub_command),
        result: Some(result),
        body: Some(body.into()),
        error_message: Some(text.to_owned()),
        reserved: None,
    }
    .encode_to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_parsed_from_the_name() {
        assert_eq!(number("OidbSvcTrpcTcp.0xfe1_2"), Some((0xfe1, 2)));
        for wrong in [
            "",
            "OidbSvcTrpcTcp.0x",
            "OidbSvcTrpcTcp.0xfe1",
            "MessageSvc.PbSendMsg",
        ] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn code_that_does_not_fit_is_still_a_refusal() {
        for code in [0, -1, i64::MAX] {
            let payload = encode_refusal((1, 2), &Refusal::new(code, "no"));
            assert_eq!(
                decode_reply(&payload),
                Err(Refusal::new(u32::MAX.into(), "no").into())
            );
        }
    }
}
