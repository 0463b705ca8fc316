//! Identity of the client: the profile of a client release, and the device it runs on (protocol/01 §5.2).

use std::{fmt, str::FromStr};

/// The 16-byte id of a device. It must not change while tickets issued for it are in use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// Generates the id of a new device.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// Reads 16 raw bytes, or their 32 hex digits in either case: request heads contain both forms (protocol/01 §1.4).
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
    /// Writes lowercase hex digits.
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

/// A device that a client runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Device id.
    pub guid: Guid,
    /// Device name, free text, such as `Linux-PC`.
    pub name: String,
    /// Version of the operating system, free text or empty, such as `5.15.0`.
    pub os_version: String,
}

/// Constants of a client release. All values must come from one release, the one that the sign provider supports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Operating system: `Linux`.
    pub os: String,
    /// Kernel: `Linux`.
    pub kernel: String,
    /// Vendor's name of the operating system: `linux`.
    pub vendor_os: String,
    /// Client version, such as `3.2.26-46494`.
    pub version: String,
    /// Build number: the number after the dash in the version.
    pub build: u32,
    /// App id: 1600001615 on Linux.
    pub app_id: u32,
    /// Sub app id of the release.
    pub sub_app_id: u32,
    /// Release identifier, such as `V1_LNX_NQ_3.2.26_46494_GW_B`.
    pub qua: String,
    /// Package name: `com.tencent.qq`.
    pub package: String,
    /// Pt version: `2.0.0`.
    pub pt_version: String,
    /// SSO version: 19 on Linux.
    pub sso_version: u32,
    /// SDK version: `nt.wtlogin.0.0.1`.
    pub sdk: String,
    /// Bitmap in TLV 0x1D.
    pub qr_bitmap: u32,
    /// Misc bitmap in TLV 0x116.
    pub misc_bitmap: u32,
    /// Main sigmap in TLV 0x100.
    pub main_sigmap: u32,
    /// Sub sigmap in TLV 0x116.
    pub sub_sigmap: u32,
    /// Platform in the easy log-in's head: 7 is Linux; older clients send 1.
    pub platform: u32,
}

impl Profile {
    /// A Linux release with version `major`, a build number and a sub app id.
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
    /// The release that protocol/01 §5.2 marks as the default.
    fn default() -> Self {
        Self::linux("3.2.26", 46494, 537_345_891)
    }
}
