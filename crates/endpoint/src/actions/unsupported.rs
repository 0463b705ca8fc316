//! Names of api/actions §2 that this version has no action for. They are answered with `NOT_SUPPORTED`, not as unknown
//! names (api/actions §1.2), and `get_supported_actions` does not list them.

use nekonap_onebot::Code;

use crate::error::Failure;

/// The names, sorted.
pub(crate) const NAMES: &[&str] = &[
    "add_custom_face",
    "cancel_online_file",
    "create_flash_task",
    "create_guild_role",
    "delete_guild_role",
    "download_fileset",
    "get_fileset_id",
    "get_fileset_info",
    "get_flash_file_list",
    "get_flash_file_url",
    "get_guild_channel_list",
    "get_guild_member_list",
    "get_guild_member_profile",
    "get_guild_meta_by_guest",
    "get_guild_msg",
    "get_guild_roles",
    "get_online_file_msg",
    "get_share_link",
    "get_topic_channel_feeds",
    "receive_online_file",
    "refuse_online_file",
    "send_flash_msg",
    "send_guild_channel_msg",
    "send_online_file",
    "send_online_folder",
    "set_guild_member_role",
    "update_guild_role",
];

/// The failure for one of these names, with or without a suffix. `None` for any other name.
pub(super) fn refusal(name: &str) -> Option<Failure> {
    let name = name.trim();
    let bare = ["_async", "_rate_limited"]
        .into_iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name);
    let known = [name, bare]
        .into_iter()
        .find(|name| NAMES.binary_search(name).is_ok())?;
    let text = if known.contains("guild") || known == "get_topic_channel_feeds" {
        format!("`{known}`: no command for guilds is known")
    } else if known.contains("online_file") || known.contains("online_folder") {
        format!(
            "`{known}`: no command for online files is known (protocol/03 §9.7); use upload_private_file"
        )
    } else if known.contains("flash") || known.contains("fileset") || known == "get_share_link" {
        format!("`{known}`: this version of Nekonap has no flash transfers (protocol/03 §9)")
    } else {
        format!("this version of Nekonap cannot do `{known}`")
    };
    Some(Failure::new(Code::NotSupported, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::Actions;

    #[test]
    fn names_are_sorted_and_are_not_actions() {
        assert!(NAMES.is_sorted());
        let actions = Actions::all();
        for name in NAMES {
            assert!(actions.find(name).is_none(), "{name} is an action");
        }
    }

    #[test]
    fn listed_name_fails_and_unknown_name_is_none() {
        for name in [
            "get_guild_roles",
            " get_guild_roles_async",
            "get_guild_roles_rate_limited",
        ] {
            let refusal = refusal(name).expect("known");
            assert_eq!(refusal.code, Code::NotSupported);
            assert!(refusal.text.contains("`get_guild_roles`"), "{refusal:?}");
        }
        for (name, reason) in [
            ("send_online_file", "no command for online files"),
            ("send_online_folder", "no command for online files"),
            ("create_flash_task", "no flash transfers"),
            ("get_share_link", "no flash transfers"),
        ] {
            let refusal = refusal(name).expect("known");
            assert!(refusal.text.contains(reason), "{refusal:?}");
        }
        assert_eq!(refusal("no_such_action"), None);
        assert_eq!(refusal("no_such_action_async"), None);
    }
}
