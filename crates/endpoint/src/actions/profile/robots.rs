//! `get_robot_uin_range`: the ranges of the numbers of official robots (api/actions §3.12, protocol/04 §13.3).

use schemars::JsonSchema;
use serde::Serialize;

use crate::{actions::NoParams, bot::Context, error::Result};

/// No command is known that asks for the ranges.
const RANGES: &[(u64, u64)] = &[
    (66_600_000, 66_600_000),
    (2_854_196_301, 2_854_216_399),
    (3_328_144_510, 3_328_144_510),
    (3_889_000_000, 3_889_999_999),
    (4_010_000_000, 4_019_999_999),
];

/// A range of numbers of official robots.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RobotUinRange {
    /// First number.
    min_uin: u64,
    /// Last number.
    max_uin: u64,
}

pub(crate) async fn get(_: Context, _: NoParams) -> Result<Vec<RobotUinRange>> {
    let ranges = RANGES.iter().copied();
    Ok(ranges
        .map(|(min_uin, max_uin)| RobotUinRange { min_uin, max_uin })
        .collect())
}
