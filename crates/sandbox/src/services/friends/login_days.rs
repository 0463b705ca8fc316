//! On how many days accounts were online. protocol/04 §3.10

use nekonap_wire::proto::friends::{JsonReply, JsonRequest};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::World,
};

/// Accounts per request.
const MAX_ACCOUNTS: usize = 100;

/// Accounts that do not exist are left out.
pub(super) fn command(
    world: &mut World,
    _: &Caller,
    request: JsonRequest,
) -> Result<JsonReply, Refusal> {
    let accounts = request.login_days_of()?;
    if accounts.len() > MAX_ACCOUNTS {
        let text = format!("at most {MAX_ACCOUNTS} accounts can be asked for at once");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let mut days = Vec::with_capacity(accounts.len());
    for uin in accounts {
        if world.find_person(uin).is_some() {
            days.push((uin, world.login_days(uin)?));
        }
    }
    Ok(JsonReply::of_login_days(days))
}
