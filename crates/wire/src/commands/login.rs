//! Logging in. protocol/01 §3

use bytes::Bytes;

use crate::{
    command::{Command, DecodeError, Header, ReplyError, commands},
    proto::login::{KeyExchangeReply, KeyExchangeRequest, NtEnvelope},
};

commands! {
    /// Fetches a QR code or asks how one is doing. The payload, both ways, is an [`envelope`](crate::login::envelope)
    /// around a body of [`qr`](crate::login::qr). protocol/01 §3.3
    TransEmp;
    /// Logs in with a confirmed code. The payload, both ways, is an [`envelope`](crate::login::envelope) around a body
    /// of [`wtlogin`](crate::login::wtlogin). protocol/01 §3.3.1
    WtLogin;
    /// Exchanges keys for an easy log-in: [`exchange`](crate::login::exchange). protocol/01 §3.4
    SsoKeyExchange = "trpc.login.ecdh.EcdhService.SsoKeyExchange" as LogIn, KeyExchangeRequest => KeyExchangeReply;
    /// Logs in with the A1 of an elder session: [`easy`](crate::login::easy). protocol/01 §3.5
    EasyLogin = "trpc.login.ecdh.EcdhService.SsoNTLoginEasyLogin" as LogIn, NtEnvelope => NtEnvelope;
    /// The same, after the person has confirmed an unusual device. protocol/01 §3.5
    EasyLoginUnusualDevice = "trpc.login.ecdh.EcdhService.SsoNTLoginEasyLoginUnusualDevice" as LogIn, NtEnvelope => NtEnvelope;
}

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
