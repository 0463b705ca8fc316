//! Log-in with a QR code, whose payloads are not protobuf (protocol/01 §3.3).

use bytes::Bytes;

use super::{TransEmp, WtLogin};
use crate::command::{Command, DecodeError, Header, ReplyError};

impl Command for TransEmp {
    const NAME: &'static str = "wtlogin.trans_emp";
    const HEADER: Header = Header::LogIn;
    type Request = Bytes;
    type Reply = Bytes;

    fn encode_request(request: &Bytes) -> Vec<u8> {
        request.to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<Bytes, DecodeError> {
        Ok(Bytes::copy_from_slice(payload))
    }

    fn encode_reply(reply: &Bytes) -> Vec<u8> {
        reply.to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<Bytes, ReplyError> {
        Ok(Bytes::copy_from_slice(payload))
    }
}

impl Command for WtLogin {
    const NAME: &'static str = "wtlogin.login";
    const HEADER: Header = Header::LogIn;
    type Request = Bytes;
    type Reply = Bytes;

    fn encode_request(request: &Bytes) -> Vec<u8> {
        request.to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<Bytes, DecodeError> {
        Ok(Bytes::copy_from_slice(payload))
    }

    fn encode_reply(reply: &Bytes) -> Vec<u8> {
        reply.to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<Bytes, ReplyError> {
        Ok(Bytes::copy_from_slice(payload))
    }
}
