//! Log-in commands (protocol/01 §3).

mod qr;

use crate::{
    command::commands,
    proto::login::{KeyExchangeReply, KeyExchangeRequest, NtEnvelope},
};

commands! {
    /// Fetches a QR code or polls its state. Request and reply are an [`envelope`](crate::login::envelope) around a
    /// body of [`qr`](crate::login::qr). protocol/01 §3.3
    TransEmp;
    /// Logs in with a confirmed code. Request and reply are an [`envelope`](crate::login::envelope) around a body of
    /// [`wtlogin`](crate::login::wtlogin). protocol/01 §3.3.1
    WtLogin;
    /// Exchanges keys for an easy log-in: [`exchange`](crate::login::exchange). protocol/01 §3.4
    SsoKeyExchange = "trpc.login.ecdh.EcdhService.SsoKeyExchange" as LogIn, KeyExchangeRequest => KeyExchangeReply;
    /// Logs in with the A1 of a previous session: [`easy`](crate::login::easy). protocol/01 §3.5
    EasyLogin = "trpc.login.ecdh.EcdhService.SsoNTLoginEasyLogin" as LogIn, NtEnvelope => NtEnvelope;
    /// Logs in like [`EasyLogin`], after the user confirmed an unusual device. protocol/01 §3.5
    EasyLoginUnusualDevice = "trpc.login.ecdh.EcdhService.SsoNTLoginEasyLoginUnusualDevice" as LogIn, NtEnvelope => NtEnvelope;
}
