//! Tags of wtlogin (protocol/01 §3.3, §3.3.1).

/// QR: the unusual-device signature of an easy log-in, raw.
pub const UNUSUAL_DEVICE: u16 = 0x11;
/// QR: the client: app ids, GUID, package name, pt version.
pub const QR_CLIENT: u16 = 0x16;
/// QR: the image, PNG.
pub const QR_PICTURE: u16 = 0x17;
/// QR: the encrypted A1 of a confirmed code.
pub const QR_A1: u16 = 0x18;
/// QR: the no-picture signature of a confirmed code.
pub const QR_NO_PICTURE: u16 = 0x19;
/// QR: display parameters of the image.
pub const QR_LOOK: u16 = 0x1B;
/// QR: lifetime of the code, in seconds.
pub const QR_EXPIRY: u16 = 0x1C;
/// QR: capability bitmap of the client.
pub const QR_BITMAP: u16 = 0x1D;
/// QR: the tgtgt key of a confirmed code.
pub const QR_TGTGT: u16 = 0x1E;
/// QR: the GUID.
pub const QR_GUID: u16 = 0x33;
/// QR: the sso version.
pub const QR_SSO_VERSION: u16 = 0x35;
/// QR: the sso version, repeated.
pub const QR_SSO_VERSION_AGAIN: u16 = 0x66;
/// QR: in a request the device, in an answer the URL and its key (protobuf).
pub const QR_DEVICE: u16 = 0xD1;

/// Log-in: versions and uin.
pub const PING: u16 = 0x018;
/// Log-in: app ids, build and main sigmap.
pub const APP: u16 = 0x100;
/// The encrypted A1: in a request the one from the QR poll, in an answer a new one.
pub const A1: u16 = 0x106;
/// Log-in: image and captcha types.
pub const PICTURE: u16 = 0x107;
/// Answer: the TGT ("A2").
pub const TGT: u16 = 0x10A;
/// Log-in: bitmaps.
pub const BITMAPS: u16 = 0x116;
/// Answer: the tickets, encrypted with the tgtgt key.
pub const TICKETS: u16 = 0x119;
/// Answer: avatar, age, gender and nickname.
pub const ACCOUNT: u16 = 0x11A;
/// Device: twelve zero bytes.
pub const ANDROID: u16 = 0x124;
/// Device: OS and GUID.
pub const DEVICE: u16 = 0x128;
/// Log-in: network type.
pub const NETWORK: u16 = 0x141;
/// Log-in: package name.
pub const PACKAGE: u16 = 0x142;
/// Answer: the D2 ticket.
pub const D2: u16 = 0x143;
/// Log-in: the device, encrypted with the tgtgt key.
pub const SEALED_DEVICE: u16 = 0x144;
/// Log-in: the GUID.
pub const GUID: u16 = 0x145;
/// Answer: reason of the failure.
pub const ERROR: u16 = 0x146;
/// Device: app id, pt version, package name.
pub const VERSION: u16 = 0x147;
/// Answer: reason of the failure, older form.
pub const OLD_ERROR: u16 = 0x149;
/// Log-in: the constant 5.
pub const FLAG_166: u16 = 0x166;
/// The no-picture signature.
pub const NO_PICTURE: u16 = 0x16A;
/// Device: its name.
pub const DEVICE_NAME: u16 = 0x16E;
/// Log-in: SDK version.
pub const SDK: u16 = 0x177;
/// Log-in: captcha types.
pub const CAPTCHA: u16 = 0x191;
/// Answer: the URL of a captcha.
pub const CAPTCHA_URL: u16 = 0x192;
/// Answer: the D2 key.
pub const D2_KEY: u16 = 0x305;
/// Log-in: empty.
pub const EMPTY_318: u16 = 0x318;
/// Log-in: the product.
pub const PRODUCT: u16 = 0x521;
/// Answer: the uid, in protobuf.
pub const UID: u16 = 0x543;
