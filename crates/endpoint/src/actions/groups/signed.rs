//! `get_group_signed_list` (api/actions §3.5).

use nekonap_client::SignedIn;
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::{Context, now},
    error::Result,
};

/// Parameters of `get_group_signed_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupSignedList {
    /// Number of the group.
    group_id: GroupUin,
}

/// A member who has signed in today.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SignedMember {
    /// QQ number; 0 if unknown.
    user_id: u64,
    /// Name in the group.
    nick: String,
    /// Time, Unix seconds.
    time: u64,
    /// The place in the order of the day, from 1.
    rank: u32,
}

impl From<SignedIn> for SignedMember {
    fn from(signed: SignedIn) -> Self {
        Self {
            user_id: signed.uin.map_or(0, Uin::get),
            nick: signed.name,
            time: signed.time,
            rank: signed.rank,
        }
    }
}

/// Days begin at midnight of UTC+8 (api/newer §6).
pub(crate) async fn list(cx: Context, params: GetGroupSignedList) -> Result<Vec<SignedMember>> {
    let group = params.group_id;
    cx.group(group).await?;
    let signed = cx.client().signed_in(group, day_in_china(now())).await?;
    Ok(signed.into_iter().map(SignedMember::from).collect())
}

/// Year, month and day of a time in Unix seconds, as one number, in UTC+8.
fn day_in_china(time: u64) -> u32 {
    let days = (time + 8 * 3_600) / 86_400;
    // Days since the first of March of the year 0: a leap day is then the last of its year. An era is 400 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    u32::try_from(year * 10_000 + month * 100 + day).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_begins_at_midnight_of_utc_plus_8() {
        for (time, day) in [
            (0, 19_700_101),
            // 2023-11-14 22:13:20 UTC.
            (1_700_000_000, 20_231_115),
            (951_839_999, 20_000_229),
            (951_840_000, 20_000_301),
            (1_798_732_799, 20_261_231),
            (1_798_732_800, 20_270_101),
        ] {
            assert_eq!(day_in_china(time), day, "{time}");
        }
    }
}
