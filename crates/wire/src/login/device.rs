//! Who the client says it is: the profile of a client release, and the device it runs on. protocol/01 §5.2

use std::{fmt, str::FromStr};

/// The 16 bytes that name a device. They must not change while its tickets are in use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// A new device.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// Reads 16 raw bytes, or their 32 hex digits in either case: both stand in heads (protocol/01 §1.4).
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if let Ok(raw) = bytes.try_into() {
            return Some(Self(raw));
        }
        let mut raw = [0; 16];
        hex::decode_to_slice(bytes, &mut raw).ok()?;
        Some(Self(raw))
    }
}

impl fmt::Display for Guid {
    /// Lower-case hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guid({self})")
    }
}

impl FromStr for Guid {
    type Err = hex::FromHexError;

    /// Reads 32 hex digits.
    fn from_str(text: &str) -> Result<Self, hex::FromHexError> {
        let mut raw = [0; 16];
        hex::decode_to_slice(text, &mut raw)?;
        Ok(Self(raw))
    }
}

/// The device a client runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub guid: Guid,
    /// Its name, free text, as in `Linux-PC`.
    pub name: String,
    /// The version of its system, free text or empty, as in `5.15.0`.
    pub os_version: String,
}

/// A client release. All values must come from one release, and from the one that the sign provider serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// `Linux`.
    pub os: String,
    /// `Linux`.
    pub kernel: String,
    /// `linux`.
    pub vendor_os: String,
    /// As in `3.2.26-46494`.
    pub version: String,
    /// The number after the dash.
    pub build: u32,
    /// 1600001615 on Linux.
    pub app_id: u32,
    /// Of the release.
    pub sub_app_id: u32,
    /// As in `V1_LNX_NQ_3.2.26_46494_GW_B`.
    pub qua: String,
    /// `com.tencent.qq`.
    pub package: String,
    /// `2.0.0`.
    pub pt_version: String,
    /// 19 on Linux.
    pub sso_version: u32,
    /// `nt.wtlogin.0.0.1`.
    pub sdk: String,
    /// Of TLV 0x1D.
    pub qr_bitmap: u32,
    /// Of TLV 0x116.
    pub misc_bitmap: u32,
    /// Of TLV 0x100.
    pub main_sigmap: u32,
    /// Of TLV 0x116.
    pub sub_sigmap: u32,
    /// Of the easy log-in's head: 7 is Linux; elder clients said 1.
    pub platform: u32,
}

impl Profile {
    /// A Linux release: version `major`, build number, sub app id.
    pub fn linux(major: &str, build: u32, sub_app_id: u32) -> Self {
        Self {
            os: "Linux".into(),
            kernel: "Linux".into(),
            vendor_os: "linux".into(),
            version: format!("{major}-{build}"),
            build,
            app_id: 1_600_001_615,
            sub_app_id,
            qua: format!("V1_LNX_NQ_{major}_{build}_GW_B"),
            package: "com.tencent.qq".into(),
            pt_version: "2.0.0".into(),
            sso_version: 19,
            sdk: "nt.wtlogin.0.0.1".into(),
            qr_bitmap: 0x7FFC,
            misc_bitmap: 0x00B7_FFFC,
            main_sigmap: 0x0A1E_10E0,
            sub_sigmap: 0,
            platform: 7,
        }
    }
}

impl Default for Profile {
    /// The release that is marked as the default in protocol/01 §5.2.
    fn default() -> Self {
        Self::linux("3.2.26", 46494, 537_345_891)
    }
}
